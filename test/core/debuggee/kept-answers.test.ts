import { expect, test } from "vitest";
import type { InspectNode } from "../../../core/inspect/node.ts";
import { debuggeeFor, runMotion } from "../../support/lisp/debuggee.ts";

const PROGRAM = `(define kept (list 1 2))
(define also nil)
(define (stop) 1)
(stop)
(set! also (list kept kept))
(stop)`;

const child = (node: InspectNode | undefined, name: string) => node?.named().find((one) => one.name === name);

test("answers about the heap are those of the present stop and of memory as it is", () => {
  const { debuggee } = debuggeeFor(PROGRAM);
  debuggee.setBreakpoints([debuggee.functionEntries("stop")[0]?.pc ?? 0]);
  const references = () => {
    const symbols = debuggee.scopes(null).find(({ name }) => name === "Symbols");
    const program = child(symbols, "program");
    const kept = program?.indexed(0, program.indexedCount).find(({ name }) => name === "kept");
    return child(child(kept, "held by"), "references")?.value;
  };
  runMotion(debuggee.continue());
  const digest = debuggee.digest();
  expect(references()).toBe("1");
  expect(debuggee.digest()).toBe(digest);
  debuggee.evaluate("(set! also kept)", null, "act");
  expect(references()).toBe("2");
  runMotion(debuggee.continue());
  expect(references()).toBe("3");
});
