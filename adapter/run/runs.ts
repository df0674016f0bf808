/** The machines of this process that a client can attach to. */
import type { Run } from "./run.ts";

export class Runs {
  private readonly runs = new Map<number, Run>();
  private next = 1;
  /** Called when the last machine has gone. */
  private emptied: () => void = () => {};

  /** @returns the number by which clients name it; none is used twice */
  add(run: Run): number {
    this.runs.set(this.next, run);
    return this.next++;
  }
  remove(run: Run): void {
    for (const [id, other] of this.runs) if (other === run) this.runs.delete(id);
    if (this.runs.size === 0) this.emptied();
  }

  /** @param id left out: the machine that came last */
  find(id: number | undefined): Run | null {
    return (id === undefined ? [...this.runs.values()].at(-1) : this.runs.get(id)) ?? null;
  }
  /** Null for a machine that has gone. */
  numberOf(run: Run): number | null {
    for (const [id, other] of this.runs) if (other === run) return id;
    return null;
  }
  get ids(): readonly number[] {
    return [...this.runs.keys()];
  }
  whenEmptied(action: () => void): void {
    this.emptied = action;
  }
}
