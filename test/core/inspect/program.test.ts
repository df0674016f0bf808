import { describe, expect, test } from "vitest";
import { audit } from "../../../core/inspect/audit/audit.ts";
import { countGauges } from "../../../core/inspect/counts/counts.ts";
import { findDoomed } from "../../../core/inspect/counts/doomed.ts";
import type { ImageView } from "../../../core/inspect/image-view.ts";
import type { InspectNode } from "../../../core/inspect/node.ts";
import { stopReport } from "../../../core/inspect/report.ts";
import { scopes } from "../../../core/inspect/scopes.ts";
import { compileProgram } from "../../../core/language/compiler/compile-program.ts";
import { interpreterBlock, ufnHandlers } from "../../../core/language/compiler/handlers.ts";
import { MANAGERS, managerFactory } from "../../../core/managers/catalog.ts";
import type { EventKind, StopReason } from "../../../core/vm/events.ts";
import { buildImage } from "../../../core/vm/image/build-image.ts";
import type { Machine } from "../../../core/vm/machine.ts";
import { quietPorts } from "../../../core/vm/ports.ts";
import { digest } from "../../../core/vm/state/digest.ts";

const program = `
(define (count-down n acc)
  (let ((pair (cons n (cons acc 2.5))))
    (if (= n 0) pair (count-down (- n 1) (car pair)))))
(define (outer n) (let ((kept (list 1 2 3))) (count-down n 0) kept))
(outer 400)
`;

function machineFor(text: string, manager = "refcount", countdown = 100): Machine {
  const compiled = compileProgram(text, "test.cons");
  const factory = managerFactory(manager);
  if (compiled.program === null || factory === null) throw new RangeError(JSON.stringify(compiled.diagnostics));
  return buildImage(compiled.program, {
    heapMB: 1,
    manager: factory,
    managerOptions: { countdown },
    ports: quietPorts(),
    path: "test.cons",
    handlers: ufnHandlers(),
    interpreter: interpreterBlock(),
  });
}

function viewOf(machine: Machine): ImageView {
  const { memory, manager, collection, code } = machine;
  const registers = machine.registers();
  return { memory, manager, collection, code, registers: { ...registers, fx: registers.pvar - 10 } };
}

/** The innermost frame, as the machine's registers have it. */
function frameOf(machine: Machine) {
  const { pc, func, pvar, ivar } = machine.registers();
  return { fx: pvar - 10 - 0x10000, header: func, pc, ivar, pvar };
}

/** A machine that has run up to an event of one of the kinds. */
function stoppedAt(text: string, ...kinds: EventKind[]): { machine: Machine; stop: StopReason } {
  const machine = machineFor(text);
  machine.boot();
  machine.arm(new Set(kinds));
  const stop = machine.run(1_000_000);
  if (stop.kind !== "event") throw new RangeError(`stopped by ${stop.kind}: ${JSON.stringify(stop)}`);
  return { machine, stop };
}

const child = (node: InspectNode | undefined, name: string) => node?.named().find((one) => one.name === name);
const openAll = (node: InspectNode, depth: number): number =>
  depth === 0 ? 1 : [...node.named(), ...node.indexed(0, 10)].reduce((sum, one) => sum + openAll(one, depth - 1), 1);

describe("a compiled program", () => {
  test.each(MANAGERS.map(({ traits }) => traits.name))("starts on a sound image under %s", (manager) => {
    const machine = machineFor(program, manager);
    machine.boot();
    expect(audit(viewOf(machine)).problems).toEqual([]);
    expect(countGauges(machine.memory)).toMatchObject({ nextPair: 2, freePairs: 0, problems: [] });
  });

  test("has sound counts wherever a collection begins, and after it", () => {
    const machine = machineFor(program);
    machine.boot();
    machine.arm(new Set<EventKind>(["gc.trigger", "gc.end"]));
    let stops = 0;
    for (let stop = machine.run(1_000_000); stop.kind === "event"; stop = machine.run(1_000_000)) {
      stops++;
      if (machine.collection === null) expect(audit(viewOf(machine)).problems).toEqual([]);
    }
    expect(stops).toBeGreaterThan(4);
  });

  test("loses in a collection exactly what was doomed before it", () => {
    const { machine } = stoppedAt(program, "gc.reclaim");
    const doomed = findDoomed(viewOf(machine)).objects.map(({ pointer }) => pointer);
    expect(doomed.length).toBeGreaterThan(50);
    machine.arm(new Set<EventKind>(["object.free", "gc.end"]));
    const freed: number[] = [];
    for (let stop = machine.run(1000); stop.kind === "event" && stop.event.kind === "object.free"; ) {
      freed.push(stop.event.object);
      stop = machine.run(1000);
    }
    expect(freed).toEqual(doomed);
  });

  test("doomed objects are the same before the stack scan and after it", () => {
    const before = stoppedAt(program, "gc.start").machine;
    const after = stoppedAt(program, "gc.reclaim").machine;
    const doomedOf = (machine: Machine) => findDoomed(viewOf(machine)).objects;
    expect(doomedOf(before)).toEqual(doomedOf(after));
    expect(findDoomed(viewOf(before)).onStack).toBe(findDoomed(viewOf(after)).onStack);
  });

  test("shows its variables, and opening everything leaves the machine as it was", () => {
    const { machine } = stoppedAt(program, "gc.reclaim");
    const before = digest(machine);
    const all = scopes(viewOf(machine), frameOf(machine));
    expect(all[0]?.value).toBe("count-down");
    expect(child(all[0], "n")?.value).toMatch(/^\d+$/);
    expect(child(all[0], "acc")).toMatchObject({ expression: "acc", slot: { kind: "stack" } });
    expect(
      child(all[4], "program")
        ?.indexed(0, 20)
        .map(({ name }) => name),
    ).toEqual(["count-down", "outer"]);
    for (const scope of all) expect(openAll(scope, 3)).toBeGreaterThan(1);
    expect(digest(machine)).toEqual(before);
  });

  test("the collector shows its last collection, and a saved manager remembers it", () => {
    const { machine } = stoppedAt(program, "gc.end");
    const collector = () => scopes(viewOf(machine), frameOf(machine))[6];
    const last = child(collector(), "last collection");
    expect(last?.value).toMatch(/^number 1, cause countdown: \d\d+ objects freed$/);
    const state = machine.manager.save();
    machine.arm(new Set());
    machine.run(1_000_000);
    expect(child(collector(), "last collection")?.value).not.toBe(last?.value);
    machine.manager.restore(state);
    expect(child(collector(), "last collection")?.value).toBe(last?.value);
  });

  test("a stop on a collection tells cause, marks, doom and load", () => {
    const { machine, stop } = stoppedAt(program, "gc.reclaim");
    const { text } = stopReport(viewOf(machine), stop, []);
    expect(text).toMatch(
      /^Collection 1 \(the countdown of new table entries reached 0\): about to reclaim\.\nMarked from the stack: \d+ objects?\.\n/,
    );
    expect(text).toMatch(/\d+ objects will be freed/);
    expect(text).toMatch(/\{LISTP\}#\S+ \([^\n]*: count 0, not on the stack/);
  });
});
