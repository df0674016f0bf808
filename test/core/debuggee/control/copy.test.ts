import { describe, expect, test } from "vitest";
import { MANAGERS } from "../../../../core/managers/catalog.ts";
import { debuggeeFor, runMotion } from "../../../support/lisp/debuggee.ts";

const text = `(define table (make-table))
(define (fill n)
  (for (i 0 n)
    (table-set! table i (list i (string-append "a" "b") (* 1.5 i))))
  (table-count table))
(display (fill 40))
(display (fill 60))
`;

describe("a copy of a machine", () => {
  test.each(MANAGERS.map(({ traits }) => traits.name))(
    "is equal, goes on alone, and ends the same, under %s",
    (manager) => {
      const settings = { manager, managerOptions: { stress: 17 } };
      const { debuggee: original, output } = debuggeeFor(text, settings);
      expect(original.continue().run(300)).toEqual({ kind: "slice" });
      while (original.machine.collection !== null) original.step("over", "instruction").run(1);
      const before = original.digest();
      const copy = debuggeeFor(text, settings);
      expect(copy.debuggee.takeStateOf(original)).toBeNull();
      expect(copy.debuggee.digest()).toBe(before);
      expect(runMotion(copy.debuggee.continue()).kind).toBe("finished");
      expect(original.digest()).toBe(before);
      const already = output();
      expect(runMotion(original.continue()).kind).toBe("finished");
      expect(original.digest()).toBe(copy.debuggee.digest());
      expect(output()).toBe(already + copy.output());
    },
  );

  test("is refused in the middle of a collection", () => {
    const { debuggee } = debuggeeFor("(gc)\n(display 1)\n");
    debuggee.arm(new Set(["gc.start"]));
    expect(runMotion(debuggee.continue()).kind).toBe("event");
    expect(debuggeeFor("(gc)\n(display 1)\n").debuggee.takeStateOf(debuggee)).toMatch(/^a collection is under way/);
  });
});
