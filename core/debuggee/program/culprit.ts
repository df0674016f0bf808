/** Since when is the heap broken, and by which instruction: the invariants of `verify` and the counts, looked at all over the recorded past. */
import { hex } from "../../base/errors.ts";
import type { IndexProgress } from "../../base/steps.ts";
import type { ByteAddress, Cell, WordAddress } from "../../base/units.ts";
import type { ImageView } from "../../inspect/image-view.ts";
import type { Finding } from "../../inspect/verify/finding.ts";
import { type Baseline, baselineOf, firstFinding } from "../../inspect/verify/first-finding.ts";
import { STACK_BASE, STACK_WORDS } from "../../memory/layout.ts";
import { regionOf } from "../../memory/regions.ts";
import { siteName } from "../../objects/code/code-directory.ts";
import { type FirstFault, FirstFaultSearch } from "../../timeline/first-fault.ts";
import { momentText } from "../../timeline/moment.ts";
import { BEFORE_ANY_STOP, Travel } from "../../timeline/search.ts";
import type { Moment, StopReason } from "../../vm/events.ts";
import { walkFrames } from "../../vm/stack/frames.ts";
import { disassembleAround } from "../code/disassembly.ts";
import type { Motion } from "../types.ts";
import { viewOf } from "../view.ts";
import type { PastContext } from "./backwards.ts";

/** A cell that the culprit has changed. */
export interface ChangedCell {
  readonly address: WordAddress;
  readonly old: Cell;
  readonly now: Cell;
}

/** Who broke the heap. */
export interface Culprit {
  /** The machine stands here, before it happens. */
  readonly moment: Moment;
  readonly pc: ByteAddress;
  /** Function and line; empty outside of code that is known. */
  readonly where: string;
  /** The instruction; otherwise `a collection`, or what somebody did from outside. */
  readonly what: string;
  readonly isInstruction: boolean;
  /** The first thing that is wrong behind it, and was in order before. */
  readonly finding: Finding;
  /** What it has written outside of the stack, as far as that is listed. */
  readonly cells: readonly ChangedCell[];
}

/** A search under way. */
export interface CulpritSearch {
  /** Ends at the culprit; where there is none, where it began. */
  readonly motion: Motion;
  /** What was found; null while it is under way, and when nothing is broken. */
  culprit(): Culprit | null;
  /** The same in lines for people. */
  report(): string;
}

/** Cells that are listed. */
const MOST_CELLS = 12;
const CELL_BYTES = 4;
const GIVEN_UP = "The search was given up.";
const SLICE: StopReason = { kind: "slice" };

type Stage = "baseline" | "return" | "judge" | "search" | "leave" | "over";

/** @throws nothing: where the machine stands in the middle of a collection, the search says so in its report */
export function culpritSearch(context: PastContext): CulpritSearch {
  const search = new Search(context);
  return {
    motion: {
      looksBack: {
        keep() {},
        get hasArrived() {
          return search.hasArrived;
        },
        progress: () => search.progress,
        giveUp: () => search.giveUp(),
      },
      run: (safepoints) => search.run(safepoints),
    },
    culprit: () => search.culprit,
    report: () => search.report,
  };
}

class Search {
  culprit: Culprit | null = null;
  report = GIVEN_UP;
  hasArrived = false;
  private readonly context: PastContext;
  private readonly start: Moment;
  /** A collection has been announced, and has changed nothing yet. */
  private readonly isBeforeCollection: boolean;
  private stage: Stage = "baseline";
  private baseline: Baseline | null = null;
  private travel: Travel | null = null;
  private search: FirstFaultSearch | null = null;
  /** It goes back to where it began. */
  private isLeaving = false;

  constructor(context: PastContext) {
    const { machine } = context;
    this.context = context;
    this.start = machine.moment();
    this.isBeforeCollection = machine.collection?.phase === "scan";
    if (machine.collection !== null && !this.isBeforeCollection) {
      this.stage = "over";
      this.report =
        "A collection is at work, and the heap is not in order until it is over: go on to its end, and search then.";
      return;
    }
    context.timeline.keepPresent();
    context.setStops(false, null);
  }

  run(safepoints: number): StopReason {
    switch (this.stage) {
      case "baseline":
        this.takeBaseline();
        return SLICE;
      case "return":
        return this.goBack(safepoints);
      case "judge":
        this.judge();
        return SLICE;
      case "search":
        return this.searchOn(safepoints);
      case "leave":
        return this.arrive(this.start, { kind: "step" });
      case "over":
        this.hasArrived = true;
        return { kind: "step" };
    }
  }

  private takeBaseline(): void {
    const { timeline, machine } = this.context;
    timeline.points.goTo(timeline.points.first);
    this.baseline = baselineOf(viewOf(machine));
    this.travelHome();
  }
  private goBack(safepoints: number): StopReason {
    if (this.travel?.run(safepoints).kind !== "slice") this.stage = this.isLeaving ? "leave" : "judge";
    return SLICE;
  }

  get progress(): IndexProgress {
    const { done, total } = this.search?.progress ?? { done: 0, total: 1 };
    return { phase: "looking for what broke the heap", done, total };
  }
  giveUp(): void {
    if (this.stage === "leave" || this.stage === "over" || this.isLeaving) return;
    this.isLeaving = true;
    this.report = GIVEN_UP;
    this.travelHome();
  }
  private travelHome(): void {
    const { timeline } = this.context;
    this.travel = new Travel(timeline, { moment: this.start, rank: null }, (on) => this.context.setStops(on, null));
    this.stage = "return";
  }

  private judge(): void {
    const view = viewOf(this.context.machine);
    if (this.finding(this.isBeforeCollection ? { ...view, collection: null } : view) === null) {
      this.report = "The heap is in order: nothing is wrong here that was not at the beginning of the recording.";
      this.stage = "leave";
      return;
    }
    const isWrong = () => this.finding(viewOf(this.context.machine)) !== null;
    this.search = new FirstFaultSearch(this.context.timeline, this.start, isWrong);
    this.stage = "search";
  }
  private finding(view: ImageView): Finding | null {
    return this.baseline === null ? null : firstFinding(view, this.baseline);
  }

  private searchOn(safepoints: number): StopReason {
    if (this.search?.run(safepoints) !== true) return SLICE;
    const fault = this.search.found;
    const culprit = fault === null ? null : this.inspect(fault);
    if (fault === null || culprit === null) {
      this.report = "What is wrong came and went: no single instruction has broken it.";
      this.isLeaving = true;
      this.travelHome();
      return SLICE;
    }
    this.culprit = culprit;
    this.report = reportOf(culprit);
    const { check, address, what, expected, found } = culprit.finding;
    const when = `by ${culprit.what}${culprit.where === "" ? "" : `, in ${culprit.where}`}`;
    const event = { kind: "verify", check, address, what, expected, found, when } as const;
    return this.arrive(culprit.moment, { kind: "event", event, site: culprit.pc });
  }

  /** Lets it happen, looks at what has become of the heap, and takes it back. */
  private inspect(fault: FirstFault): Culprit | null {
    const { timeline, machine, code } = this.context;
    const { pc } = machine.registers();
    const what = this.nameOf(fault, pc);
    timeline.refine();
    const here = timeline.points.current;
    const before = machine.memory.bytes.slice();
    if (fault.kind === "intervention") timeline.crossIntervention();
    else timeline.stepInstruction();
    while (machine.collection !== null && machine.collection.phase !== "done") timeline.stepInstruction();
    const finding = this.finding(viewOf(machine));
    const isInstruction = fault.kind === "instruction" && !fault.isCollection;
    const cells = isInstruction || fault.kind === "intervention" ? changes(before, machine.memory.bytes) : [];
    timeline.points.goTo(here);
    const where = isInstruction ? siteName(code, pc) : "";
    return finding === null ? null : { moment: fault.moment, pc, where, what, isInstruction, finding, cells };
  }
  private nameOf(fault: FirstFault, pc: ByteAddress): string {
    if (fault.kind === "intervention") return `what was done from outside: ${fault.what}`;
    if (fault.isCollection) return "a collection";
    const { machine, code, places } = this.context;
    const { memory } = machine;
    const headers = () => walkFrames(memory, machine.registers(), 1).map(({ header }) => header);
    return disassembleAround({ memory, code, places, headers }, pc, 0, 1, true)[0]?.text ?? "an instruction";
  }

  private arrive(moment: Moment, stop: StopReason): StopReason {
    const { context } = this;
    context.machine.forgetStops();
    context.machine.markSeen();
    context.setStops(true, null);
    context.arrived({ moment, rank: BEFORE_ANY_STOP });
    this.stage = "over";
    this.hasArrived = true;
    return stop;
  }
}

/** Cells outside of the stack that differ. */
function changes(before: Uint8Array, after: Uint8Array): ChangedCell[] {
  const [old, now] = [new DataView(before.buffer), new DataView(after.buffer)];
  const found: ChangedCell[] = [];
  for (let at = 0; at < after.length && found.length < MOST_CELLS; at += CELL_BYTES) {
    const address = at / 2;
    if (address >= STACK_BASE && address < STACK_BASE + STACK_WORDS) continue;
    if (old.getInt32(at) !== now.getInt32(at)) found.push({ address, old: old.getUint32(at), now: now.getUint32(at) });
  }
  return found;
}

function reportOf({ moment, where, what, finding, cells }: Culprit): string {
  const { check, expected, found } = finding;
  const place = finding.address === null ? "" : ` at ${hex(finding.address)}`;
  return [
    `Broken by ${what}${where === "" ? "" : `, in ${where}`}, at moment ${momentText(moment)}. The program stands before it.`,
    `Behind it, check "${check}": ${finding.what}${place}.`,
    `  expected: ${expected}`,
    `  found: ${found}`,
    "Before it: in order.",
    ...cells.map(
      ({ address, old, now }) =>
        `It writes ${hex(address)} (${regionOf(address)?.name ?? "no region"}): ${hex(old)} -> ${hex(now)}`,
    ),
  ].join("\n");
}
