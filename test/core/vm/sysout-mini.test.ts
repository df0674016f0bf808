/** A whole image from boot to the moment at which it saves itself: Fibonacci numbers, lists, boxes, garbage, a collection. */
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import type { Cell, WordAddress } from "../../../core/base/units.ts";
import { managerFactory } from "../../../core/managers/catalog.ts";
import type { ManagerFactory } from "../../../core/managers/contract.ts";
import { IFPAGE, interfaceWord } from "../../../core/memory/interface-page.ts";
import { FPTOVP_BASE, PAGE_BYTES } from "../../../core/memory/layout.ts";
import { VirtualMemory } from "../../../core/memory/virtual-memory.ts";
import { CodeDirectory } from "../../../core/objects/code/code-directory.ts";
import { PREVIEW, printValue } from "../../../core/objects/printer.ts";
import { Machine } from "../../../core/vm/machine.ts";
import { quietPorts } from "../../../core/vm/ports.ts";
import { describeGolden } from "../../support/golden.ts";

interface SysoutMini {
  readonly sysout: string;
  readonly results: { readonly [name: string]: WordAddress };
  readonly ignoreRanges: readonly (readonly [WordAddress, WordAddress])[];
  readonly savedDiff: readonly (readonly [WordAddress, Cell])[];
  readonly loaderSet: { readonly [address: string]: Cell };
}

/** Host call with which the image saves itself. */
const VMEMSAVE = 89;

function load({ sysout, loaderSet }: SysoutMini): VirtualMemory {
  const file = gunzipSync(Buffer.from(sysout, "base64"));
  const memory = new VirtualMemory(64);
  const word = (field: number) => file.readUInt16BE(PAGE_BYTES + 2 * field);
  const tableStart = (word(IFPAGE.fptovpStart) - 1) * PAGE_BYTES;
  const pages = file.readUInt32BE(PAGE_BYTES + 2 * IFPAGE.activePagesCell);
  for (let filePage = 1; filePage <= pages; filePage++) {
    const page = file.readUInt32BE(tableStart + 4 * filePage);
    if (page >= 0xffff0000) continue;
    memory.bytes.set(file.subarray((filePage - 1) * PAGE_BYTES, filePage * PAGE_BYTES), page * PAGE_BYTES);
  }
  for (const [address, value] of Object.entries(loaderSet)) memory.setCell(Number(address), value);
  return memory;
}

describeGolden<SysoutMini>("sysout-mini.json", (data) => {
  test("every cell is as the reference VM leaves it", () => {
    const memory = load(data);
    const original = load({ ...data, loaderSet: {} });
    const machine = new Machine({
      memory,
      ports: quietPorts(),
      manager: managerFactory("refcount") as ManagerFactory,
      managerOptions: {},
      code: new CodeDirectory(),
    });
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
