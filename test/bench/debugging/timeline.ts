/** What recording costs, and how long going back takes. */
import { Debuggee, type Motion, type StopReason } from "#core";
import { quietPorts } from "../../../core/vm/ports.ts";
import { alternate } from "../alternate.ts";
import { type BenchRow, secondsOf } from "../row.ts";

const PAIRS = 7;
const STEPS = 300;
const RECORD_MB = 512;
/** Calls and arithmetic; about 10^8 instructions. */
const CALLS = `(define never nil)
(define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
(define (go i) (when (> i 0) (fib 24) (go (- i 1))))
(define (unused) (print 1))
(go 100)
`;
/** Lists that are made and dropped: every page of the heap is written over and over. */
const LISTS = `(define keep nil)
(define (make n) (let loop ((i n) (l nil)) (if (= i 0) l (loop (- i 1) (cons i l)))))
(define (go i) (when (> i 0) (set! keep (make 2000)) (go (- i 1))))
(go 600)
`;

function load(text: string): Debuggee {
  const settings = { manager: "refcount", managerOptions: {}, heapMB: 16, args: [], ports: quietPorts() };
  const { debuggee } = Debuggee.load({ path: "bench.cons", text }, settings);
  if (debuggee === null) throw new Error("the program of the benchmark has errors");
  debuggee.start();
  return debuggee;
}

/** To the end, where every stop is wanted. */
function run(motion: Motion | null): StopReason {
  if (motion === null) throw new Error("nothing is recorded");
  for (;;) {
    const stop = motion.run(1_000_000);
    if (stop.kind === "slice") continue;
    if (motion.looksBack === undefined || motion.looksBack.hasArrived) return stop;
    motion.looksBack.keep();
  }
}

function ended(text: string, isRecorded: boolean): { readonly debuggee: Debuggee; readonly seconds: number } {
  const debuggee = load(text);
  if (isRecorded) debuggee.record(RECORD_MB);
  return { debuggee, seconds: secondsOf(() => run(debuggee.continue())) };
}

function recordingRow(name: string, text: string): BenchRow {
  ended(text, false);
  ended(text, true);
  const { first, second } = alternate(
    PAIRS,
    () => ended(text, false).seconds,
    () => ended(text, true).seconds,
  );
  return {
    name: `recording on against off, ${name}`,
    value: second / first,
    best: null,
    unit: "x",
    target: 1.2,
    isLowerBetter: true,
  };
}

/** Single steps back, from places all over a long run. */
function stepRow(name: string, text: string, granularity: "form" | "instruction"): BenchRow {
  const { debuggee } = ended(text, true);
  const extent = debuggee.extent();
  if (extent === null) throw new Error("nothing is recorded");
  const milliseconds: number[] = [];
  for (let i = 0; i < STEPS / 10; i++) {
    // In the middle of a block that is chosen by multiplication: places that have no order.
    const block = (i * 7_919_317) % extent.to.block;
    run(debuggee.goTo({ block: 1, pc: extent.from.pc, steps: 0 }) ?? debuggee.goTo(extent.from));
    debuggee.continue().run(block);
    for (let k = 0; k < 10; k++) milliseconds.push(1000 * secondsOf(() => run(debuggee.stepBack(granularity))));
  }
  milliseconds.sort((a, b) => a - b);
  const at = (share: number) => milliseconds[Math.floor(share * (milliseconds.length - 1))] as number;
  return {
    name: `step back by ${granularity}, ${name}, p99 of ${milliseconds.length}`,
    value: at(0.99),
    best: at(0.5),
    unit: "ms",
    target: 50,
    isLowerBetter: true,
  };
}

function reverseRow(): BenchRow {
  const { debuggee } = ended(CALLS, true);
  const [never] = debuggee.placesOnLine(3);
  debuggee.setBreakpoints(never === undefined ? [] : [never.pc], []);
  const seconds = secondsOf(() => run(debuggee.reverseContinue()));
  return {
    name: "reverse-continue over 10^8 instructions, a breakpoint that is not hit",
    value: seconds,
    best: null,
    unit: "s",
    target: 5,
    isLowerBetter: true,
  };
}

export function rows(): readonly BenchRow[] {
  return [
    recordingRow("calls", CALLS),
    recordingRow("lists", LISTS),
    stepRow("calls", CALLS, "instruction"),
    stepRow("calls", CALLS, "form"),
    stepRow("lists", LISTS, "form"),
    reverseRow(),
  ];
}
