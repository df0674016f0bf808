import { describe, expect, test } from "vitest";
import { interfaceRows } from "../../../../core/inspect/image/interface.ts";
import { openImage } from "../../../../core/inspect/open-image.ts";
import { IFPAGE, INTERFACE_FIELDS, interfaceWord } from "../../../../core/memory/interface-page.ts";
import { exampleFile } from "../../../support/images/example-image.ts";

const { view } = openImage(exampleFile());
/** What is said of a field that holds a value. */
function rowOf(field: number, value: number | null = null) {
  const isCell = INTERFACE_FIELDS.find(({ word }) => word === field)?.widthWords === 2;
  const address = interfaceWord(field) + (isCell ? 1 : 0);
  const saved = view.memory.word(address);
  if (value !== null) view.memory.setWord(address, value);
  const row = interfaceRows(view).find((one) => one.field.word === field);
  view.memory.setWord(address, saved);
  return row;
}

describe("the interface page", () => {
  test("shows every field, and nothing wrong in a sound image", () => {
    const rows = interfaceRows(view);
    expect(rows.map(({ field }) => field)).toEqual(INTERFACE_FIELDS);
    expect(rows.filter(({ problem }) => problem !== null)).toEqual([]);
    expect(rowOf(IFPAGE.currentFx)?.reading).toBe("frame of numbers");
    expect(rowOf(IFPAGE.keyboardFx)?.reading).toBe("none");
  });

  test.each([
    [IFPAGE.currentFx, 0, "there is no frame extension at stack offset 0"],
    [IFPAGE.keyboardFx, 0x3000, "there is no frame extension at stack offset 30000"],
    [IFPAGE.endOfStack, 0x3000, "no guard block begins there"],
    [IFPAGE.stackBase, 3, "expected an even offset below endofstack"],
    [IFPAGE.lversion, 21000, "expected 35010 to 65535"],
    [IFPAGE.minbversion, 40000, "expected 0 to 35010"],
    [IFPAGE.key, 1, "expected 5603"],
    [IFPAGE.storageFullState, 7, "expected 0 to 4"],
    [IFPAGE.storageFullState, 4, "the variable \\STORAGEFULLSTATE says 0"],
    [IFPAGE.fptovpStart, 0, "expected a file page from 1 to"],
    [IFPAGE.fptovpStart, 9, "the page table does not list itself there"],
    [IFPAGE.dl24BitAddressable, 5, "expected 0 or 65535"],
    [IFPAGE.lastVmemPageCell, 5, "in an address space of"],
    [IFPAGE.processSizeCell, 300, "expected 8 to 256"],
  ])("says of word %i with %i why that cannot be right", (field, value, problem) => {
    expect(rowOf(field, value)?.problem).toContain(problem);
  });
});
