/** Whatever bytes the machine executes, it comes back with a reason. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { managerFactory } from "../../../core/managers/catalog.ts";
import type { ManagerFactory } from "../../../core/managers/contract.ts";
import { CodeDirectory } from "../../../core/objects/code/code-directory.ts";
import { digest } from "../../../core/vm/digest.ts";
import { Excursion } from "../../../core/vm/excursion.ts";
import { Machine } from "../../../core/vm/machine.ts";
import { quietPorts } from "../../../core/vm/ports.ts";
import { describeGolden } from "../../support/golden.ts";
import { type OpcodeRun, opcodeRunMemory } from "../../support/opcode-run-image.ts";

describeGolden<OpcodeRun>("opcode-run.json", (data) => {
  test("garbage code ends in a reason, and an excursion undoes it", () => {
    const memory = opcodeRunMemory(data);
    const machine = new Machine({
      memory,
      ports: quietPorts(),
      manager: managerFactory("refcount") as ManagerFactory,
      managerOptions: {},
      code: new CodeDirectory(),
    });
    machine.boot();
    const before = digest(machine);
    // Constants that point at the data of the image, so that more than the first instruction gets somewhere.
    const pointer = fc
      .constantFrom(0x320008, 0x320012, 0x322000, 0x324000, 0x326000, 0x328000, 0x32a000, 0x340000, 300, 326)
      .map((p) => [0x6f, (p >>> 24) & 255, (p >>> 16) & 255, (p >>> 8) & 255, p & 255]);
    const chunk = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 4 }).map((bytes) => [...bytes]),
      pointer,
    );
    fc.assert(
      fc.property(fc.array(chunk, { minLength: 3, maxLength: 40 }), (chunks) => {
        const excursion = Excursion.begin(machine);
        try {
          for (const [i, byte] of chunks.flat().entries()) memory.setByte(2 * data.mainCode + i, byte);
          const reason = machine.run(300);
          expect(["slice", "finished", "failed"]).toContain(reason.kind);
        } finally {
          excursion.rollback();
        }
      }),
      { numRuns: 100 },
    );
    expect(digest(machine)).toBe(before);
  });
});
