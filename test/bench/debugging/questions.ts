/** What stops with conditions, checks while the program runs and questions about its past cost. */
import { Debuggee, type EventKind, type Motion } from "#core";
import { finish, type IndexSteps } from "../../../core/base/steps.ts";
import type { Pointer } from "../../../core/base/units.ts";
import { quietPorts } from "../../../core/vm/ports.ts";
import { alternate } from "../alternate.ts";
import { type BenchRow, secondsOf } from "../row.ts";

const PAIRS = 5;
const RECORD_MB = 512;
/** Events that a filter with a condition sees. */
const EVENTS = 20_000;
/** Lists that are made and dropped, with one that lives; about 10^7 instructions. */
const LISTS = `(define keep (list 1 2 3))
(define other nil)
(define (make n) (let loop ((i n) (l nil)) (if (= i 0) l (loop (- i 1) (cons i l)))))
(define (go i) (when (> i 0) (set! other (make 2000)) (go (- i 1))))
(set-car! keep 7)
(go 400)
`;

function load(managerOptions = {}): Debuggee {
  const settings = { manager: "refcount", managerOptions, heapMB: 16, args: [], ports: quietPorts() };
  const { debuggee } = Debuggee.load({ path: "bench.cons", text: LISTS }, settings);
  if (debuggee === null) throw new Error("the program of the benchmark has errors");
  debuggee.start();
  return debuggee;
}
function toEnd(motion: Motion): void {
  while (motion.run(1_000_000).kind === "slice") {}
}

/** How many times as long a run takes with `prepare` as without. */
function ratioRow(name: string, prepare: () => Debuggee): BenchRow {
  const run = (make: () => Debuggee) => {
    const debuggee = make();
    return secondsOf(() => toEnd(debuggee.continue()));
  };
  run(load);
  run(prepare);
  const { first, second } = alternate(
    PAIRS,
    () => run(load),
    () => run(prepare),
  );
  return { name, value: second / first, best: null, unit: "x", target: null, isLowerBetter: true };
}

function verified(): Debuggee {
  const debuggee = load();
  debuggee.lookouts.arm(new Set<EventKind>(["verify"]));
  debuggee.lookouts.verify("collections");
  return debuggee;
}

/** Events a second that a condition lets pass. */
function conditionRow(name: string, condition: string): BenchRow {
  const debuggee = load();
  debuggee.arm(new Set<EventKind>(["object.alloc"]));
  const seconds = secondsOf(() => {
    const motion = debuggee.continue();
    for (let seen = 0; seen < EVENTS; ) {
      const stop = motion.run(1_000_000);
      if (stop.kind === "slice") continue;
      if (stop.kind !== "event") throw new Error(`the program of the benchmark stopped: ${stop.kind}`);
      seen++;
      const fields = debuggee.eventFields(stop.event, stop.site);
      if (debuggee.condition(condition, null, fields).kind !== "false") throw new Error("the condition holds");
    }
  });
  return { name, value: EVENTS / seconds / 1000, best: null, unit: "thousand/s", target: null };
}

/** Seconds for an answer at the end of a recorded run. */
function questionRow(name: string, ask: (debuggee: Debuggee) => void): BenchRow {
  const debuggee = load();
  debuggee.record(RECORD_MB);
  toEnd(debuggee.continue());
  return { name, value: secondsOf(() => ask(debuggee)), best: null, unit: "s", target: null, isLowerBetter: true };
}

function answer<T>(
  question: (history: NonNullable<Debuggee["history"]>) => IndexSteps<T>,
): (debuggee: Debuggee) => void {
  return ({ history }) => {
    if (history === null) throw new Error("nothing is recorded");
    finish(question(history));
  };
}
/** The pair that lives through the whole run. */
function keptPair(debuggee: Debuggee): Pointer {
  const found = debuggee.evaluate("keep", null, "peek");
  if (found.kind !== "value" || found.value === null) throw new Error("the program of the benchmark has no keep");
  return found.value;
}
function findCulprit(debuggee: Debuggee): void {
  const search = debuggee.findCulprit();
  if (search === null) throw new Error("nothing is recorded");
  toEnd(search.motion);
}

export function rows(): readonly BenchRow[] {
  return [
    conditionRow("a filter with a condition that only compares, false", "(> size 10000)"),
    conditionRow("a filter with a condition that has to be run, false", "(> (* size 2) 20000)"),
    ratioRow("the verifier at each collection, against none", verified),
    ratioRow("poisoned memory, against none", () => load({ poison: true })),
    questionRow("who wrote this, ten million instructions ago", (debuggee) =>
      answer((history) => history.whoWrote(2 * keptPair(debuggee), 4, 1))(debuggee),
    ),
    questionRow("the biography of an object as old", (debuggee) =>
      answer((history) => history.biography(keptPair(debuggee)))(debuggee),
    ),
    questionRow("find the culprit where nothing is broken, ten million instructions", findCulprit),
  ];
}
