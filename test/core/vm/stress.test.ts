/** Collections at every allocation change nothing that a program can see. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { digest } from "../../../core/vm/state/digest.ts";
import { lispMachine } from "../../support/lisp/lisp-machine.ts";
import { randomProgram } from "../../support/lisp/random-lisp.ts";

test("a collection at every allocation changes nothing that a program prints", () => {
  fc.assert(
    fc.property(randomProgram(), fc.integer({ min: 1, max: 4 }), (source, stress) => {
      const free = lispMachine(source, { manager: "none" });
      const end = free.machine.run(1_000_000);
      const stressed = lispMachine(source, { managerOptions: { stress } });
      expect(stressed.machine.run(1_000_000).kind).toBe(end.kind);
      expect(stressed.output()).toBe(free.output());
      const again = lispMachine(source, { managerOptions: { stress } });
      again.machine.run(1_000_000);
      expect(digest(again.machine)).toBe(digest(stressed.machine));
    }),
    { numRuns: 12 },
  );
});
