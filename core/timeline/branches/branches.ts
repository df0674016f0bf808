/**
 * The runs that began when somebody changed the machine in its past: one is current, the others are kept as what lies ahead of the checkpoint where they part
 * from it, or from one another. To go to a branch is to go to that checkpoint and to exchange what lies ahead; whatever else is missing, the inputs make again.
 *
 *     1 ──────┬────────────── tail of 1
 *             └─ cut ──┬───── tail of 2
 *                      └─ cut ── 3, where the machine is
 */
import type { Moment, StopReason } from "../../vm/events.ts";
import type { Checkpoint } from "../checkpoint.ts";
import { type InputTail, inputBytes } from "../input-log.ts";
import { compareMoments } from "../moment.ts";
import type { Script } from "../recording/script.ts";
import type { Ahead } from "./ahead.ts";

/** Where a replay turned out to be not what was recorded. */
export interface Difference {
  readonly moment: Moment;
  readonly stop: StopReason;
}

/** All that is known of a run from a checkpoint on. */
export interface Tail {
  readonly ahead: Ahead;
  readonly inputs: InputTail;
  /** The last moment that is known. */
  readonly end: Moment;
  /** What comes of a recording that is replayed. */
  readonly script: Script | null;
  readonly difference: Difference | null;
}

/** What names a run. */
interface Name {
  /** From 1, in the order in which they began. */
  readonly number: number;
  /** Where it began, by what somebody did; null for the first run. */
  readonly began: { readonly moment: Moment; readonly what: string } | null;
}

/** A run that is kept beside the current one. */
interface Kept extends Name {
  readonly from: Checkpoint;
  readonly tail: Tail;
  /** When it was the current one for the last time: greater is later. */
  readonly left: number;
}

/** A run, to look at. */
export interface Branch extends Name {
  readonly isCurrent: boolean;
  /** The last moment that is known. */
  readonly end: Moment;
  /** Where it leaves another run, and the number of that; null for the current one. */
  readonly parting: { readonly moment: Moment; readonly number: number } | null;
}

/** A branch that had to be given up, and why: no memory, or its beginning can be reached no more. */
export interface LostBranch extends Name {
  readonly why: "memory" | "beginning";
}

/** What a branch takes beside checkpoints and inputs, about. */
const BRANCH_BYTES = 500;

export class Branches {
  /** Where the kept ones leave other runs: these checkpoints have to stay. */
  pinned: ReadonlySet<Checkpoint> = new Set();
  private kept: readonly Kept[] = [];
  private current: Name = { number: 1, began: null };
  private nextNumber = 2;
  private changes = 0;
  private lost: LostBranch[] = [];

  get sizeBytes(): number {
    return this.kept.reduce((sum, branch) => sum + sizeOf(branch), 0);
  }
  /** @param end the last moment of the current run */
  list(end: Moment): readonly Branch[] {
    const { number, began } = this.current;
    const all: Branch[] = this.kept.map((branch) => ({
      number: branch.number,
      began: branch.began,
      isCurrent: false,
      end: branch.tail.end,
      parting: { moment: branch.from.moment, number: this.owner(branch.from)?.number ?? number },
    }));
    all.push({ number, began, isCurrent: true, end, parting: null });
    return all.sort((a, b) => a.number - b.number);
  }
  /** The number of the current run. */
  get now(): number {
    return this.current.number;
  }
  /** Whether a run is kept beside the current one. */
  keeps(number: number): boolean {
    return this.find(number) !== null;
  }
  /** What had to be given up since this was asked the last time. */
  takeLost(): readonly LostBranch[] {
    return this.lost.splice(0);
  }

  /** The current run is left at a checkpoint, where somebody has done something: what lay ahead is kept, and another run begins. */
  begin(from: Checkpoint, tail: Tail, what: string): void {
    this.keep(from, tail);
    this.current = { number: this.nextNumber++, began: { moment: from.moment, what } };
  }

  /** The branches to go through, one after the other, to come to one: each is left for the next. Null when there is none of that number. */
  wayTo(number: number): readonly Kept[] | null {
    const branch = this.find(number);
    return branch === null ? null : [...this.owners(branch)].reverse();
  }

  /** At the checkpoint where a branch leaves the current run it becomes the current one. @param tail of the run that was current */
  exchange(branch: Kept, tail: Tail): void {
    this.setKept(this.kept.filter((other) => other !== branch));
    this.keep(branch.from, tail);
    this.current = { number: branch.number, began: branch.began };
  }

  /** Forgets a branch. What left it lives on with what it needs of it. @returns whether there was one */
  drop(number: number): boolean {
    const branch = this.find(number);
    if (branch === null) return false;
    this.setKept(this.without(branch));
    return true;
  }
  /** Where a kept run ends at the checkpoint where it was left for the current one, both are one, under its name. */
  absorb(number: number): void {
    const branch = this.find(number);
    if (branch === null || compareMoments(branch.tail.end, branch.from.moment) > 0) return;
    this.drop(number);
    this.current = { number, began: branch.began };
  }

  /** Lets as much go as is needed: first checkpoints that the runs make again, then the branches that nobody has been in for the longest time. */
  fit(mostBytes: number): void {
    const oldestFirst = [...this.kept].sort((a, b) => a.left - b.left);
    for (const { tail } of oldestFirst) if (this.sizeBytes > mostBytes) tail.ahead.thin(this.pinned);
    for (const branch of oldestFirst) {
      if (this.sizeBytes <= mostBytes) return;
      this.lose(branch, "memory");
      this.drop(branch.number);
    }
  }
  /** A checkpoint of the current run can be reached no more, and what leaves it there neither. */
  loseAt(point: Checkpoint): void {
    const gone = new Set(this.kept.filter(({ from }) => from === point));
    for (const branch of this.kept) if (this.owners(branch).some((owner) => gone.has(owner))) gone.add(branch);
    for (const branch of gone) this.lose(branch, "beginning");
    if (gone.size > 0) this.setKept(this.kept.filter((branch) => !gone.has(branch)));
  }
  /** Nothing that was before can be reached any more. @param hadFuture something was known of the future of the current run */
  loseAll(hadFuture: boolean): void {
    for (const branch of this.kept) this.lose(branch, "beginning");
    if (hadFuture) this.lose(this.current, "beginning");
    this.setKept([]);
  }

  private lose({ number, began }: Name, why: LostBranch["why"]): void {
    this.lost.push({ number, began, why });
  }
  private keep(from: Checkpoint, tail: Tail): void {
    this.setKept([...this.kept, { ...this.current, from, tail, left: ++this.changes }]);
  }
  private setKept(kept: readonly Kept[]): void {
    this.kept = kept;
    this.pinned = new Set(kept.map(({ from }) => from));
  }

  private find(number: number): Kept | null {
    return this.kept.find((branch) => branch.number === number) ?? null;
  }
  /** The kept run that a checkpoint belongs to; null for the current one. */
  private owner(point: Checkpoint): Kept | null {
    return this.kept.find(({ tail }) => tail.ahead.points.includes(point)) ?? null;
  }
  /** That run, the one that it leaves, and so on up to the current one, which is left out. */
  private owners(branch: Kept): readonly Kept[] {
    const way = [branch];
    for (let next = this.owner(branch.from); next !== null; next = this.owner(next.from)) way.push(next);
    return way;
  }

  /** The kept runs without one of them. The one that leaves it last takes over what came before that. */
  private without(branch: Kept): readonly Kept[] {
    const { points } = branch.tail.ahead;
    const rest = this.kept.filter((other) => other !== branch);
    const leaving = rest.filter(({ from }) => points.includes(from));
    const heir = leaving.sort((a, b) => points.indexOf(b.from) - points.indexOf(a.from))[0];
    return heir === undefined ? rest : rest.map((other) => (other === heir ? joined(branch, heir) : other));
  }
}

/** A run that leaves another, as one that leaves where that does. */
function joined({ from, tail }: Kept, heir: Kept): Kept {
  const ahead = tail.ahead.upTo(heir.from).followedBy(heir.tail.ahead);
  const before = tail.inputs.inputs.slice(0, heir.from.input.inputs - from.input.inputs);
  const inputs = { ...heir.tail.inputs, inputs: [...before, ...heir.tail.inputs.inputs] };
  return { ...heir, from, tail: { ...heir.tail, ahead, inputs } };
}

function sizeOf({ tail }: Kept): number {
  return BRANCH_BYTES + tail.ahead.sizeBytes + inputBytes(tail.inputs.inputs);
}
