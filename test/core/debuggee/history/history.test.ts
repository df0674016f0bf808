/** Questions about the past against a log that a second machine writes, which runs the same program forwards, instruction by instruction. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { finish, type IndexSteps } from "../../../../core/base/steps.ts";
import type { Debuggee } from "../../../../core/debuggee/debuggee.ts";
import type { Chronicle, History } from "../../../../core/debuggee/history/history.ts";
import { MANAGERS } from "../../../../core/managers/catalog.ts";
import { silent } from "../../../../core/managers/events.ts";
import { momentText } from "../../../../core/timeline/moment.ts";
import type { Moment } from "../../../../core/vm/events.ts";
import { debuggeeFor } from "../../../support/lisp/debuggee.ts";
import { randomProgram } from "../../../support/lisp/random-lisp.ts";
import { randomRuns, timeLimit } from "../../../support/random-runs.ts";

const RUNS = randomRuns(3);
const MOST_INSTRUCTIONS = 40_000;

interface Told {
  readonly kind: string;
  readonly moment: string;
  readonly old?: string | null;
  readonly now?: string | null;
}
interface Log {
  readonly lives: { readonly object: number; readonly words: number; readonly told: Told }[];
  readonly moments: Moment[];
}

/** Every allocation and every free of a run, and the moments between its instructions. */
function forwardLog(text: string, manager: string, each: (debuggee: Debuggee) => void = () => {}): Log {
  const { debuggee } = debuggeeFor(text, { manager });
  const { machine } = debuggee;
  const log: Log = { lives: [], moments: [machine.moment()] };
  let fresh: { kind: string; object: number; words: number }[] = [];
  const note = (kind: string) => (object: number, _type: number, words: number) => fresh.push({ kind, object, words });
  machine.observe({
    ...silent,
    allocated: note("allocate"),
    freed: note("free"),
    lifetime: (kind, object, words) => {
      if (kind === "arena.alloc" || kind === "stack.alloc") fresh.push({ kind: "allocate", object, words });
    },
  });
  each(debuggee);
  for (let i = 0; i < MOST_INSTRUCTIONS; i++) {
    fresh = [];
    const stop = machine.stepInstruction();
    const moment = momentText(machine.moment());
    for (const { kind, object, words } of fresh) log.lives.push({ object, words, told: { kind, moment } });
    each(debuggee);
    log.moments.push(machine.moment());
    if (stop.kind !== "step") break;
  }
  return log;
}

function recorded(text: string, manager: string): { debuggee: Debuggee; history: History } {
  const { debuggee } = debuggeeFor(text, { manager });
  debuggee.record(256, () => 150);
  const { history } = debuggee;
  if (history === null) throw new Error("nothing is recorded");
  return { debuggee, history };
}
function goTo(debuggee: Debuggee, moment: Moment): void {
  const motion = debuggee.goTo(moment);
  if (motion === null) throw new Error("that is not recorded");
  while (motion.run(500).kind === "slice") {}
}
/** The answer; the machine must stand where it stood, after each step. */
function asked(debuggee: Debuggee, steps: IndexSteps<Chronicle>): Chronicle {
  const before = [debuggee.digest(), momentText(debuggee.moment())];
  const answer = finish(steps, () => {
    expect([debuggee.digest(), momentText(debuggee.moment())]).toEqual(before);
  });
  expect([debuggee.digest(), momentText(debuggee.moment())]).toEqual(before);
  return answer;
}
const told = ({ events }: Chronicle): Told[] =>
  events.map(({ kind, moment, old, now }) =>
    kind === "allocate" || kind === "free"
      ? { kind, moment: momentText(moment) }
      : { kind, moment: momentText(moment), old, now },
  );
const covers = (object: number) => (life: { readonly object: number; readonly words: number }) =>
  life.object < object + 2 && life.object + Math.max(1, life.words) > object;

describe.each(MANAGERS.map(({ traits }) => traits.name))("under %s", (manager) => {
  test(
    "the biography of an object is what a forward run logs of it, from any moment",
    () => {
      fc.assert(
        fc.property(randomProgram(2), fc.nat(), fc.nat(), fc.nat(), (text, whose, when, stop) => {
          const { lives, moments } = forwardLog(text, manager);
          if (lives.length === 0 || moments.length > MOST_INSTRUCTIONS) return;
          const { object } = lives[whose % lives.length] as (typeof lives)[number];
          let last: string | null | undefined;
          const counts: Told[] = [];
          forwardLog(text, manager, ({ machine }) => {
            const now = machine.manager.counts?.countOf(object)?.toString() ?? null;
            if (last !== undefined && now !== last) {
              counts.push({ kind: "count", moment: momentText(machine.moment()), old: last, now });
            }
            last = now;
          });
          const { debuggee, history } = recorded(text, manager);
          const from = moments[stop % moments.length] as Moment;
          runToEnd(debuggee);
          if (when % 2 === 1) goTo(debuggee, from);
          const at = order(moments, debuggee.moment());
          const own = lives.filter(covers(object)).map((life) => life.told);
          const index = (one: Told) => moments.findIndex((moment) => momentText(moment) === one.moment);
          const birth = own.findLastIndex((one) => one.kind === "allocate" && index(one) <= at);
          const next = own.findIndex((one) => one.kind === "allocate" && index(one) > at);
          const life = own.slice(Math.max(0, birth), next < 0 ? undefined : next + 1);
          const [first, ...rest] = life;
          const begin = first?.kind === "allocate" && birth >= 0 ? index(first) : 0;
          const close = life.find((one, i) => one.kind === "free" || (one.kind === "allocate" && (i > 0 || birth < 0)));
          const end = close === undefined ? moments.length : index(close);
          const within = counts.filter((one) => index(one) >= begin && index(one) <= end);
          const expected = birth >= 0 && first !== undefined ? [first, ...within, ...rest] : [...within, ...life];
          const answer = asked(debuggee, history.biography(object));
          expect(told(answer)).toEqual(expected);
          expect(answer.isComplete).toBe(birth >= 0);
        }),
        { numRuns: RUNS },
      );
    },
    timeLimit(RUNS),
  );
});

test("before anything is at an address, its biography ends with the first object there, and tells no counts of that one", () => {
  const { debuggee, history } = recorded("(define a nil)\n(set! a (list 1 2))\n(define b a)\n(print a)\n", "refcount");
  const beginning = debuggee.moment();
  runToEnd(debuggee);
  const found = debuggee.evaluate("a", null, "peek");
  if (found.kind !== "value" || found.value === null) throw new Error("a has no value");
  const counts = asked(debuggee, history.biography(found.value)).events.filter(({ kind }) => kind === "count");
  expect(counts.length).toBeGreaterThan(0);
  goTo(debuggee, beginning);
  const { events, isComplete } = asked(debuggee, history.biography(found.value));
  expect(events.at(-1)?.kind).toBe("allocate");
  expect(events.filter(({ kind, now }) => kind === "count" && now === "2")).toEqual([]);
  expect(isComplete).toBe(false);
});

test("who wrote a variable: the last writes before now, with places and values, and what was changed from outside", () => {
  const { debuggee, history } = recorded(
    "(define x 1)\n(set! x 2)\n(set! x 3)\n(define (f) (set! x (list x)))\n(f)\n",
    "refcount",
  );
  runToEnd(debuggee);
  const found = debuggee.place("x", null);
  const slot = found.kind === "value" ? found.node.slot : null;
  if (slot === null) throw new Error("x has no place");
  const ask = (limit = 10) => asked(debuggee, history.whoWrote(2 * debuggee.watching.cellOf(slot), 4, limit));
  const lines = ({ events }: Chronicle) => events.map(({ by, place, now }) => [by, place?.line, now]);
  const all = ask();
  expect(lines(all).slice(-3)).toEqual([
    [expect.any(String), 1, "2"],
    [expect.any(String), 2, "3"],
    ["f", 3, expect.stringMatching(/\(3\)/)],
  ]);
  expect(all.isComplete).toBe(true);
  expect(ask(1)).toMatchObject({ isComplete: false, events: [{ by: "f", old: "3" }] });
  goTo(debuggee, all.events.at(-2)?.moment as Moment);
  debuggee.assign(slot, "7", null);
  expect(ask(1).events).toMatchObject([{ kind: "outside", by: "assign", old: "3", now: "7", site: null }]);
});

test("a question changes nothing of what the program stops at next, in the middle of a collection too", () => {
  const text =
    "(define (make n) (if (= n 0) nil (cons n (make (- n 1)))))\n(define x (make 5))\n(define y x)\n(set! x nil)\n(set! y nil)\n(gc)\n(make 3)\n(gc)\n";
  const stops = (isAsking: boolean): string[] => {
    const { debuggee, history } = recorded(text, "refcount");
    debuggee.arm(new Set(["refcount.zero", "gc.scan", "object.free", "gc.end"]));
    const seen: string[] = [];
    for (;;) {
      const motion = debuggee.continue();
      let stop = motion.run(50);
      while (stop.kind === "slice") stop = motion.run(50);
      const what = stop.kind === "event" ? stop.event.kind : stop.kind;
      seen.push(`${what} ${momentText(debuggee.moment())} ${debuggee.digest()}`);
      if (what === "finished") return seen;
      const object = stop.kind === "event" && "object" in stop.event ? stop.event.object : null;
      if (isAsking && object !== null) asked(debuggee, history.whoAllocated(object));
      if (isAsking && object !== null) asked(debuggee, history.biography(object));
    }
  };
  const alone = stops(false);
  expect(alone.length).toBeGreaterThan(12);
  expect(stops(true)).toEqual(alone);
});

function runToEnd(debuggee: Debuggee): void {
  const motion = debuggee.continue();
  while (motion.run(90).kind === "slice") {}
}
function order(moments: readonly Moment[], moment: Moment): number {
  return moments.findIndex((one) => momentText(one) === momentText(moment));
}
