/** What a manager says it can raise is all that it raises: a debugger tells its user by that which stops can never happen. */
import { expect, test } from "vitest";
import { MANAGERS } from "../../core/managers/catalog.ts";
import { HEAP_EVENT_KINDS } from "../../core/managers/events.ts";
import type { EventKind } from "../../core/vm/events.ts";
import { debuggeeFor } from "../support/lisp/debuggee.ts";

const PROGRAM = `(define kept (list 1 2 3))
(define (waste n) (while (> n 0) (list n (+ n 0.5)) (set! n (- n 1))) 'done)
(waste 30)
(set! kept (make-vector 3 kept))
(gc)
(let ((x (list 1))) (free x))
`;

test.each(MANAGERS.map((factory) => [factory.traits.name, factory] as const))(
  "%s raises nothing but what it says it can",
  (manager, { options }) => {
    const managerOptions = options.some(({ name }) => name === "stress") ? { stress: 10 } : {};
    const { debuggee } = debuggeeFor(PROGRAM, { manager, managerOptions });
    debuggee.arm(new Set<EventKind>(HEAP_EVENT_KINDS));
    const raised = new Set<string>();
    for (let stop = debuggee.continue().run(100_000); stop.kind === "event"; stop = debuggee.continue().run(100_000)) {
      raised.add(stop.event.kind);
    }
    const { raises } = debuggee.machine.manager.traits;
    expect([...raised].filter((kind) => !raises.some((known) => known === kind))).toEqual([]);
    expect(raised).toContain("object.alloc");
    expect(raised.has("gc.end")).toBe(raises.includes("gc.end"));
  },
);
