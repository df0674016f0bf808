/** A source of random choices that a number starts: the same number, the same choices. */
export class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** From 0 up to, not including, 1 (splitmix with 32 bits). */
  roll(): number {
    this.state = (this.state + 0x9e3779b9) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  }
  /** A whole number, both ends included. */
  within(least: number, most: number): number {
    return least + Math.floor(this.roll() * (most - least + 1));
  }
  chance(probability: number): boolean {
    return this.roll() < probability;
  }
  pick<T>(choices: readonly T[]): T {
    const found = choices[Math.floor(this.roll() * choices.length)];
    if (choices.length === 0) throw new Error("nothing to choose from");
    return found as T;
  }
  /** A few of them, in their order. */
  some<T>(choices: readonly T[], most: number): T[] {
    return Array.from({ length: this.within(0, most) }, () => this.pick(choices));
  }
  /** Fields that may be left out: each is there half of the time, unless `fields` says `undefined`. */
  optional(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
    return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && this.chance(0.5)));
  }
}
