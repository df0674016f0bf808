/**
 * One program under several managers: what each of them did, and where they part. The runs go one after the other, in slices, so that whoever asked stays
 * responsive and can show how far it is.
 */
import { typeName } from "../../objects/dtd.ts";
import type { ComparedDifference, ComparedManager, ComparedPlace, Comparison } from "../../wire/index.ts";
import type { Debuggee } from "../debuggee.ts";
import { firstDifference, firstOtherAllocation, type LiveDifference } from "./differences.ts";
import { eventRows } from "./event-rows.ts";
import { ManagedRun } from "./managed-run.ts";
import { StepClock } from "./step-clock.ts";

/** Safepoints between two reports of progress. */
const SLICE_SAFEPOINTS = 200_000;
const BYTES_PER_WORD = 2;
const EXCERPT = 80;

export interface ComparisonProgress {
  readonly manager: string;
  readonly steps: number;
}

/** What a comparison is made of. */
export interface ComparisonParts {
  readonly program: string;
  readonly managers: readonly string[];
  /** The program, newly loaded under a manager; what it prints goes to `write`. */
  load(manager: string, write: (text: string) => void): Debuggee;
  /** Milliseconds, for differences. */
  clock(): number;
  /** The event streams are wanted, step by step. */
  readonly withSteps?: boolean;
}

interface Finished {
  readonly run: ManagedRun;
  readonly figures: ComparedManager;
}

/** Runs the program under each manager. The last value is the comparison, those before say how far it is. */
export function* compareManagers(parts: ComparisonParts): Generator<ComparisonProgress, Comparison> {
  const finished: Finished[] = [];
  for (const manager of parts.managers) {
    let output = "";
    const run = new ManagedRun(
      parts.load(manager, (text) => {
        output += text;
      }),
      parts.clock,
    );
    while (!run.advance(SLICE_SAFEPOINTS)) yield { manager, steps: run.step };
    finished.push({ run, figures: figuresOf(run, output) });
  }
  const { comparable, incomparable } = alike(finished);
  const found = comparable.flatMap((a, i) => comparable.slice(i + 1).flatMap((b) => differenceOf(a, b)));
  found.sort((a, b) => a.difference.step - b.difference.step);
  const places = placesOf(parts, found);
  return {
    program: parts.program,
    managers: finished.map(({ figures }) => figures),
    steps: parts.withSteps === true ? eventRows(finished.map(({ run }) => run.recorder)) : [],
    differences: found.map((pair) => shown(pair, places)),
    incomparable: incomparable.map(({ figures }) => figures.manager),
  };
}

function figuresOf(run: ManagedRun, output: string): ComparedManager {
  const { recorder, ending } = run;
  const statistics = run.statistics();
  const failed = ending?.kind === "failed";
  return {
    manager: run.manager,
    ending: ending?.kind === "failed" ? ending.message : "finished",
    failed,
    steps: run.step,
    allocations: recorder.allocatedObjects,
    frees: recorder.freedObjects,
    liveObjects: recorder.allocatedObjects - recorder.freedObjects,
    liveBytes: recorder.liveWords * BYTES_PER_WORD,
    peakBytes: recorder.peakWords * BYTES_PER_WORD,
    collections: statistics.collections,
    totalPauseMs: recorder.totalPauseMs,
    longestPauseMs: recorder.longestPauseMs,
    countOperations: statistics.countOperations + recorder.plannedCounts,
    leaks: run.leaks,
    errors: recorder.errors,
    output,
    curve: recorder.curve.points().map(({ step, words }) => ({ step, bytes: words * BYTES_PER_WORD })),
  };
}

/** Those that allocated the same objects in the same steps as the first one. */
function alike(finished: readonly Finished[]): {
  readonly comparable: readonly Finished[];
  readonly incomparable: readonly Finished[];
} {
  const [first] = finished;
  if (first === undefined) return { comparable: [], incomparable: [] };
  const isAlike = ({ run }: Finished) => firstOtherAllocation(first.run.recorder, run.recorder) === null;
  return { comparable: finished.filter(isAlike), incomparable: finished.filter((other) => !isAlike(other)) };
}

interface Pair {
  readonly first: Finished;
  readonly second: Finished;
  readonly difference: LiveDifference;
}

function differenceOf(first: Finished, second: Finished): readonly Pair[] {
  const compared = ({ run }: Finished) => ({ lives: run.recorder, lastStep: run.step });
  const difference = firstDifference(compared(first), compared(second));
  return difference === null ? [] : [{ first, second, difference }];
}

/** Where the program is at the steps that the differences name: found by running it once more. */
function placesOf(parts: ComparisonParts, pairs: readonly Pair[]): ReadonlyMap<number, ComparedPlace> {
  const places = new Map<number, ComparedPlace>();
  const [pair] = pairs;
  if (pair === undefined) return places;
  const steps = pairs.flatMap(({ first, difference }) => [
    difference.step,
    first.run.recorder.birth(difference.object),
  ]);
  // A run that failed may not reach them all.
  const longest = pairs.flatMap(({ first, second }) => [first, second]).sort((a, b) => b.run.step - a.run.step)[0];
  const debuggee = parts.load((longest ?? pair.first).figures.manager, () => {});
  debuggee.start();
  const clock = new StepClock(debuggee.machine, debuggee.places);
  for (const step of [...new Set(steps)].sort((a, b) => a - b)) {
    if (clock.step < step && clock.run(Number.MAX_SAFE_INTEGER, step).kind !== "step") break;
    const place = debuggee.places.at(debuggee.machine.registers().pc);
    if (place === null) continue;
    const text = debuggee.source.text.slice(place.start, place.end).replace(/\s+/g, " ");
    places.set(step, {
      line: place.line,
      column: place.column,
      text: text.length > EXCERPT ? `${text.slice(0, EXCERPT - 1)}…` : text,
    });
  }
  return places;
}

function shown({ first, second, difference }: Pair, places: ReadonlyMap<number, ComparedPlace>): ComparedDifference {
  const { recorder, debuggee } = first.run;
  const { step, object, isInFirst } = difference;
  const born = recorder.birth(object);
  return {
    first: first.figures.manager,
    second: second.figures.manager,
    step,
    place: places.get(step) ?? null,
    aliveIn: (isInFirst ? first : second).figures.manager,
    object: {
      type: typeName(debuggee.machine.memory, recorder.type(object)),
      bytes: recorder.words(object) * BYTES_PER_WORD,
      step: born,
      place: places.get(born) ?? null,
    },
  };
}
