/**
 * Where a step back by form or line ends, found among the forms that a search comes across. Only those count that the running function has begun in this call of
 * it, and its callers in theirs: the call before, which may have stood at the same place of the stack, is over since its return. By line it is the first of those
 * that were begun one after the other on the line before; that may lie in an earlier stretch than the last of them.
 */
import type { WordAddress } from "../../base/units.ts";
import type { Choice, Find } from "../../timeline/search.ts";

/** Where the program stands in a function. */
interface Standpoint {
  /** Where its variables begin: a call that is deeper has it higher. */
  readonly frame: WordAddress;
  readonly line: number;
}

/** Forms of one line, or one form, that a function has begun. */
interface Run extends Standpoint {
  readonly first: Find;
  /** Nothing is known of what the function has done before in this stretch: the line may have begun in an earlier one. */
  readonly isOpen: boolean;
}

export class FormsBack implements Choice {
  private readonly start: Standpoint;
  private readonly isByLine: boolean;
  /** Of the stretch, in order; each in a deeper call than the one before. */
  private runs: Run[] = [];
  /** The last form was one of the line that the step began on. */
  private isOnStartLine = false;
  /** The outermost call that has returned in this stretch; and in later ones. */
  private returned = Number.POSITIVE_INFINITY;
  private over = Number.POSITIVE_INFINITY;
  /** From later stretches. */
  private run: Run | null = null;

  /** @param start where the step begins */
  constructor(start: Standpoint, isByLine: boolean) {
    this.start = start;
    this.isByLine = isByLine;
  }

  get found(): Find | null {
    return this.run?.first ?? null;
  }

  /** A form was begun. */
  begun(frame: WordAddress, line: number, at: Find): void {
    if (frame >= this.over) return;
    this.dropFrom(frame + 1);
    if (this.isByLine && frame === this.start.frame && line === this.start.line) {
      this.isOnStartLine = true;
      return;
    }
    const last = this.runs.at(-1);
    if (this.isByLine && !this.isOnStartLine && last?.frame === frame && last.line === line) return;
    const isOpen = this.isByLine && last === undefined && !this.isOnStartLine && frame < this.returned;
    if (last?.frame === frame) this.runs.pop();
    this.isOnStartLine = false;
    this.runs.push({ frame, line, first: at, isOpen });
  }

  /** A call has returned: what was begun in it does not count any more. */
  ended(frame: WordAddress): void {
    this.dropFrom(frame);
    this.returned = Math.min(this.returned, frame);
  }

  private dropFrom(frame: WordAddress): void {
    while (this.runs.length > 0 && (this.runs.at(-1) as Run).frame >= frame) this.runs.pop();
    if (this.start.frame >= frame) this.isOnStartLine = false;
  }

  endOfStretch(): boolean {
    const last = this.runs.at(-1) ?? null;
    const { run, isOnStartLine } = this;
    const goesOn = run === null || (!isOnStartLine && last?.frame === run.frame && last.line === run.line);
    const isInterrupted = run !== null && !goesOn && (isOnStartLine || last !== null);
    if (goesOn) this.run = last;
    this.over = Math.min(this.over, this.returned);
    this.returned = Number.POSITIVE_INFINITY;
    this.runs = [];
    this.isOnStartLine = false;
    return isInterrupted || (this.run !== null && !this.run.isOpen);
  }
}
