/** A whole image from boot to the moment at which it saves itself: Fibonacci numbers, lists, boxes, garbage, a collection. */
import { expect, test } from "vitest";
import type { WordAddress } from "../../../core/base/units.ts";
import { interfaceWord } from "../../../core/memory/interface-page.ts";
import { FPTOVP_BASE } from "../../../core/memory/layout.ts";
import { openSysout } from "../../../core/memory/sysout/open-sysout.ts";
import { PREVIEW, printValue } from "../../../core/objects/printer.ts";
import { startSysout } from "../../../core/vm/image/start-sysout.ts";
import { quietPorts } from "../../../core/vm/ports.ts";
import { describeGolden } from "../../support/golden.ts";
import { miniFile, type SysoutMini } from "../../support/mini-sysout.ts";

/** Host call with which the image saves itself. */
const VMEMSAVE = 89;

describeGolden<SysoutMini>("sysout-mini.json", (data) => {
  test("every cell is as the reference VM leaves it", () => {
    const original = openSysout(miniFile(), { purpose: "run" }).memory;
    const opened = openSysout(miniFile(), { purpose: "run" });
    const machine = startSysout(opened, { ports: quietPorts(), managerOptions: {} });
    const { memory } = machine;
    machine.boot();
    expect(machine.run(10_000_000)).toMatchObject({ kind: "failed", message: /^host call 89 / });
    expect(memory.byte(machine.moment().pc + 1)).toBe(VMEMSAVE);
    expect(memory.cell(FPTOVP_BASE + 4)).toBe(interfaceWord(0) >> 8);
    const results = Object.values(data.results).map((cell) => printValue(memory, memory.pointer(cell), PREVIEW));
    expect(results[0]).toBe("610");
    expect(results[4]).toBe("4.0");
    const isIgnored = (address: WordAddress) => data.ignoreRanges.some(([from, to]) => address >= from && address < to);
    const expected = new Map(data.savedDiff.filter(([address]) => !isIgnored(address)));
    const wrong: string[] = [];
    const cells = new Int32Array(memory.bytes.buffer);
    const before = new Int32Array(original.bytes.buffer);
    for (let i = 0; i < cells.length; i++) {
      const address = 2 * i;
      if (isIgnored(address)) continue;
      const want = expected.get(address) ?? original.cell(address);
      if ((cells[i] === before[i] && !expected.has(address)) || memory.cell(address) === want) continue;
      wrong.push(`${address.toString(16)}: ${memory.cell(address).toString(16)} instead of ${want.toString(16)}`);
    }
    expect(wrong).toEqual([]);
  });
});
