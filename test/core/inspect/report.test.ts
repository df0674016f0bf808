import { describe, expect, test } from "vitest";
import { collectionReport, errorReport, stopReport } from "../../../core/inspect/report.ts";
import type { CollectionReport } from "../../../core/managers/contract.ts";
import { octalAddress } from "../../../core/objects/pointer-notation.ts";
import { describeGolden } from "../../support/golden/golden.ts";
import { ManagedImage } from "../../support/images/managed-image.ts";
import type { OpcodeRun } from "../../support/machine/opcode-run-image.ts";

const small = (n: number) => 0xe0000 + n;

describeGolden<OpcodeRun>("opcode-run.json", (run) => {
  describe("reports of collections", () => {
    const report: CollectionReport = {
      number: 4,
      cause: "countdown",
      marked: 7,
      freedObjects: 3,
      freedWords: 10,
      freedByType: new Map([
        [5, 2],
        [13, 1],
      ]),
    };

    test("before it begins: cause, what will go with reasons, table load, countdown", () => {
      const image = new ManagedImage(run);
      image.setRoot(0, image.list(small(1)));
      const garbage = image.list(small(2));
      const { title, text } = collectionReport(image.view, { kind: "gc.start", report });
      expect(title).toBe("Collection 4: about to begin; nothing is marked yet");
      expect(text.split("\n")).toEqual([
        "Collection 4 (the countdown of new table entries reached 0): about to begin; nothing is marked yet.",
        "1 object will be freed; 1 more has count 0, but the stack holds it:",
        "  LISTP: 1",
        `    {LISTP}#${octalAddress(garbage)} (2): count 0, not on the stack`,
        expect.stringMatching(/^Count tables: 2 entries, 2 with count 0; main table 2 of 32768 cells, 0 chains/),
        expect.stringMatching(/^Countdown: 29\d\d, restarts at 3000\.$/),
      ]);
    });

    test("a trigger tells why it is due, and that there is nothing to free when there is not", () => {
      const image = new ManagedImage(run);
      const { text } = collectionReport(image.view, { kind: "gc.trigger", cause: "pressure", object: 0 });
      expect(text).toMatch(/^A collection is due: storage is running short\.\nNothing would be freed\./);
    });

    test("at its end: what was freed by type", () => {
      const image = new ManagedImage(run);
      const { text } = collectionReport(image.view, { kind: "gc.end", report });
      expect(text).toMatch(
        /is done: 3 objects freed \(10 words\); 7 were marked from the stack\.\n {2}LISTP: 2\n {2}COMPILED-CLOSURE: 1\n/,
      );
    });
  });

  describe("reports of errors", () => {
    test("name the values, and where it happened", () => {
      const image = new ManagedImage(run);
      const list = image.list(small(2));
      const event = { kind: "lisp.error", name: "not-a-number", message: "+ needs numbers", values: [list] } as const;
      const { title, text } = stopReport(image.view, { kind: "event", event, site: 0 }, ["fib  a.cons:3:5", "main"]);
      expect(title).toBe("not-a-number: + needs numbers");
      expect(text.split("\n").slice(1)).toEqual([
        `value 1: {LISTP}#${octalAddress(list)} (2)`,
        "",
        "Stack, innermost first:",
        "  fib  a.cons:3:5",
        "  main",
      ]);
    });

    test("a failure without an event gives its message", () => {
      const image = new ManagedImage(run);
      const stop = { kind: "failed", event: null, message: "opcode 37 has no implementation", site: 0 } as const;
      expect(errorReport(image.view, stop)).toEqual({ title: stop.message, text: stop.message });
    });

    test("leaks are counted by type, with examples", () => {
      const image = new ManagedImage(run);
      const list = image.list(small(2));
      const { text } = stopReport(image.view, { kind: "event", event: { kind: "leak", objects: [list] }, site: 0 }, []);
      expect(text).toMatch(/^1 object is left that no root reaches\.\n {2}LISTP: 1\n {2}\{LISTP\}#/);
    });
  });
});
