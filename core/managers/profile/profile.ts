/** Calls and time of each operation of a memory manager. Core has no clock: who wants a profile brings one. */
import type { ManagerSection } from "../contract.ts";

/** Nanoseconds, for differences. */
export type NanosecondClock = () => number;

const MEANINGS = {
  allocate: "objects of a fixed-size type",
  cons: "pairs",
  allocateBlock: "storage of arrays and strings",
  replaceCdr: "changes of the second half of a pair",
  barrier: "stores of pointers into the heap",
  "begin collection": "collections begun",
  "collection step": "steps of collections: phases, and objects freed one at a time",
  free: "objects that the program freed",
  arena: "arenas entered and left",
  plan: "operations of the compiler's lifetime plan",
  counts: "count operations by opcodes",
} as const;
export type ProfiledOperation = keyof typeof MEANINGS;

interface Line {
  calls: number;
  nanoseconds: number;
  longest: number;
}

export class Profile {
  private readonly clock: NanosecondClock;
  private readonly lines = new Map<ProfiledOperation, Line>();
  /** What reading the clock twice takes: it is not the operation's. */
  private readonly overhead: number;

  constructor(clock: NanosecondClock) {
    this.clock = clock;
    this.overhead = clockOverhead(clock);
  }

  /** Does `work` and notes that it was done, and how long it took; also when it throws. */
  timed<T>(operation: ProfiledOperation, work: () => T): T {
    const begin = this.clock();
    try {
      return work();
    } finally {
      this.note(operation, Math.max(0, this.clock() - begin - this.overhead));
    }
  }

  private note(operation: ProfiledOperation, nanoseconds: number): void {
    const line = this.lines.get(operation);
    if (line === undefined) this.lines.set(operation, { calls: 1, nanoseconds, longest: nanoseconds });
    else {
      line.calls++;
      line.nanoseconds += nanoseconds;
      line.longest = Math.max(line.longest, nanoseconds);
    }
  }

  /** Most expensive first. */
  section(): ManagerSection {
    const sorted = [...this.lines].sort(([, a], [, b]) => b.nanoseconds - a.nanoseconds);
    return {
      label: "operations",
      meaning: "calls of the manager, and the time they took",
      size: sorted.length,
      rows: (start, count) =>
        sorted.slice(start, start + count).map(([operation, { calls, nanoseconds, longest }]) => ({
          label: operation,
          value: `${calls} calls, ${milliseconds(nanoseconds)}`,
          object: null,
          details: [
            { label: "mean", value: `${Math.round(nanoseconds / calls)} ns`, meaning: MEANINGS[operation] },
            { label: "longest", value: `${Math.round(longest)} ns`, meaning: "the one call that took longest" },
          ],
        })),
    };
  }
}

function milliseconds(nanoseconds: number): string {
  return `${(nanoseconds / 1e6).toFixed(2)} ms`;
}

const TRIALS = 1000;

function clockOverhead(clock: NanosecondClock): number {
  const begin = clock();
  for (let i = 0; i < TRIALS; i++) clock();
  return (clock() - begin) / (TRIALS + 1);
}
