/** A whole image from its file to the file that it saves itself as: Fibonacci numbers, lists, boxes, garbage, a collection. */
import { expect, test } from "vitest";
import type { WordAddress } from "../../../../core/base/units.ts";
import { bytesFile } from "../../../../core/memory/sysout/image-file.ts";
import { openSysout } from "../../../../core/memory/sysout/open-sysout.ts";
import { PREVIEW, printValue } from "../../../../core/objects/printer.ts";
import { startSysout } from "../../../../core/vm/image/start-sysout.ts";
import { type ImagePort, quietPorts } from "../../../../core/vm/ports.ts";
import { describeGolden } from "../../../support/golden/golden.ts";
import { miniFile, type SysoutMini } from "../../../support/images/mini-sysout.ts";

/** Runs the image to its end; returns what it has saved. */
function run() {
  const saved: { name: string | null; bytes: Uint8Array }[] = [];
  const images: ImagePort = {
    save(name, pieces) {
      saved.push({ name, bytes: Uint8Array.from(Buffer.concat([...pieces])) });
      return null;
    },
  };
  const machine = startSysout(openSysout(miniFile(), { purpose: "run" }), {
    ports: { ...quietPorts(), images },
    managerOptions: {},
  });
  machine.boot();
  expect(machine.run(10_000_000)).toEqual({ kind: "finished", status: 0 });
  return saved;
}

describeGolden<SysoutMini>("sysout-mini.json", (data) => {
  test("every cell is saved as the reference VM saves it, outside of time, user, devices and interface page", () => {
    const original = openSysout(miniFile(), { purpose: "inspect" }).memory;
    const saved = run();
    expect(saved.map(({ name }) => name)).toEqual([null]);
    const { memory, damage } = openSysout(bytesFile("saved.sysout", saved[0]?.bytes ?? new Uint8Array(0)), {
      purpose: "inspect",
    });
    // Medley prepares a frame to resume with before it saves; this little program does not, and the reference VM could not start it either.
    expect(damage.items.map(({ where, what }) => `${where}: ${what}`)).toEqual([
      expect.stringMatching(/^stack: no free block follows the frame at stack offset 0x200 /),
    ]);
    const results = Object.values(data.results).map((cell) => printValue(memory, memory.pointer(cell), PREVIEW));
    expect(results[0]).toBe("610");
    expect(results[4]).toBe("4.0");
    const isIgnored = (address: WordAddress) => data.ignoreRanges.some(([from, to]) => address >= from && address < to);
    const expected = new Map(data.savedDiff);
    const wrong: string[] = [];
    for (let address: WordAddress = 0; address < memory.sizeWords; address += 2) {
      const want = expected.get(address) ?? original.view.getUint32(2 * address);
      if (memory.view.getUint32(2 * address) === want || isIgnored(address)) continue;
      wrong.push(`${address.toString(16)}: ${memory.cell(address).toString(16)} instead of ${want.toString(16)}`);
    }
    expect(wrong).toEqual([]);
  });
});
