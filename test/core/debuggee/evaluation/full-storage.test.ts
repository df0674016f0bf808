/** Expressions where storage is short, and in the middle of a collection: they leave no trace there either. */
import { describe, expect, test } from "vitest";
import type { Debuggee } from "../../../../core/debuggee/debuggee.ts";
import type { EventKind, StopReason } from "../../../../core/vm/events.ts";
import { digest } from "../../../../core/vm/state/digest.ts";
import { debuggeeFor, runMotion } from "../../../support/lisp/debuggee.ts";

const KEEP = "(define (grow l) (grow (cons 1 l)))\n(grow nil)\n";
const WASTE = "(define (waste n) (while (> n 0) (list n n) (set! n (- n 1))))\n(waste 60)\n";

/** The first stops at an event; before each next one a condition is evaluated. */
function stopsAt(debuggee: Debuggee, kind: EventKind, most: number, condition: string | null): readonly string[] {
  debuggee.arm(new Set([kind]));
  const seen: string[] = [];
  while (seen.length < most) {
    const stop: StopReason = runMotion(debuggee.continue(), 100_000);
    if (stop.kind !== "event") break;
    const { block, pc } = debuggee.moment();
    seen.push(`${block}:${pc} site ${stop.site} ${digest(debuggee.machine)}`);
    const fields = debuggee.eventFields(stop.event, stop.site);
    if (condition !== null) expect(debuggee.condition(condition, null, fields)).toEqual({ kind: "false" });
  }
  return seen;
}

describe("evaluation at events", () => {
  const settings = { heapMB: 0.25 };
  const countdown = { managerOptions: { countdown: 40 } };

  test("a condition where storage gets short changes nothing of what comes", () => {
    const plain = stopsAt(debuggeeFor(KEEP, settings).debuggee, "storage.pressure", 5, null);
    expect(plain).toHaveLength(5);
    expect(stopsAt(debuggeeFor(KEEP, settings).debuggee, "storage.pressure", 5, "(begin pages nil)")).toEqual(plain);
  });

  test("what a collection frees next is told of with the program's instruction, whatever was evaluated before", () => {
    const plain = stopsAt(debuggeeFor(WASTE, countdown).debuggee, "object.free", 9, null);
    expect(plain).toHaveLength(9);
    expect(stopsAt(debuggeeFor(WASTE, countdown).debuggee, "object.free", 9, "(begin size nil)")).toEqual(plain);
  });

  test("where storage is full an expression is read, which needs no code, and what cannot be read says why", () => {
    const { debuggee } = debuggeeFor(KEEP, settings);
    debuggee.arm(new Set(["storage.full"]));
    expect(runMotion(debuggee.continue(), 100_000)).toMatchObject({ event: { kind: "storage.full" } });
    const before = digest(debuggee.machine);
    const peek = (text: string) => debuggee.evaluate(text, debuggee.stack(0, 1).frames[0]?.frame ?? null, "peek");
    expect(peek("(car l)")).toMatchObject({ kind: "value", node: { value: "1" } });
    expect(peek("(grow nil)")).toMatchObject({ kind: "failed", message: expect.stringContaining("storage full") });
    expect(debuggee.condition("(= (car l) 2)", null, new Map())).toEqual({ kind: "false" });
    expect(digest(debuggee.machine)).toBe(before);
  });
});
