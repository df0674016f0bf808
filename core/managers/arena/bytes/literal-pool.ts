/** One copy of each literal text: who asks for a text that is there already gets the same one. */

export class LiteralPool<T> {
  private readonly literals = new Map<string, T>();
  /** Requests that needed no new copy. */
  hits = 0;

  intern(text: string, make: () => T): T {
    const known = this.literals.get(text);
    if (known !== undefined) {
      this.hits++;
      return known;
    }
    const made = make();
    this.literals.set(text, made);
    return made;
  }

  get size(): number {
    return this.literals.size;
  }
}
