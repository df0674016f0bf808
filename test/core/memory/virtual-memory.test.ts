import { expect, test } from "vitest";
import { VmFault } from "../../../core/base/errors.ts";
import { VirtualMemory } from "../../../core/memory/virtual-memory.ts";

test("a store outside the image is a fault, whatever its width", () => {
  const memory = new VirtualMemory(1);
  const end = memory.sizeWords;
  for (const address of [end, end + 0x10000, -2]) {
    for (const store of [
      () => memory.setCell(address, 1),
      () => memory.setWord(address, 1),
      () => memory.setByte(2 * address, 1),
    ]) {
      expect(store).toThrow(VmFault);
    }
  }
  expect(memory.bytes.every((byte) => byte === 0)).toBe(true);
});
