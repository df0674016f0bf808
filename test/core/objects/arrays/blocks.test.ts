import { describe, expect, test } from "vitest";
import {
  blockAt,
  blockCell,
  blockData,
  CONTENT_CODE,
  CONTENT_POINTERS,
  CONTENT_UNBOXED,
  eachBlock,
  isCode,
} from "../../../../core/objects/arrays/blocks.ts";
import { TestImage } from "../../../support/images/test-image.ts";

describe("array blocks", () => {
  test("worked decoding 11: an unboxed block of 40 cells", () => {
    const { memory } = new TestImage();
    memory.setCell(0x2e0000, 0xaaa90028);
    memory.setCell(0x2e004e, 0xaaa90028);
    expect(blockAt(memory, 0x2e0000)).toEqual({
      header: 0x2e0000,
      data: 0x2e0002,
      trailer: 0x2e004e,
      content: CONTENT_UNBOXED,
      isInUse: true,
      cells: 40,
      dataCells: 38,
    });
  });
  test("header words of the specification", () => {
    const half = (content: number, isInUse: boolean) => blockCell(content, isInUse, 4) >>> 16;
    expect([half(0, false), half(0, true), half(1, true), half(2, true)]).toEqual([0xaaa8, 0xaaa9, 0xaaab, 0xaaad]);
  });
  test("damage shows: password, trailer, length beyond the image", () => {
    const image = new TestImage();
    const header = image.block(8) - 2;
    expect(blockAt(image.memory, header)?.cells).toBe(10);
    image.memory.setCell(header + 18, blockCell(0, true, 9));
    expect(blockAt(image.memory, header)).toBeNull();
    image.memory.setCell(header, 0);
    expect(blockAt(image.memory, header)).toBeNull();
    image.memory.setCell(0x7ffff0, blockCell(0, true, 100));
    expect(blockAt(image.memory, 0x7ffff0)).toBeNull();
  });
  test("array space is walked block by block, up to the first damage", () => {
    const image = new TestImage();
    const first = image.block(4) - 2;
    const second = image.block(6, CONTENT_POINTERS) - 2;
    const third = image.block(2) - 2;
    const end = third + 8;
    const seen: number[] = [];
    expect(eachBlock(image.memory, first, end, (block) => seen.push(block.header))).toBe(end);
    expect(seen).toEqual([first, second, third]);
    image.memory.setCell(second, 0);
    expect(eachBlock(image.memory, first, end, () => {})).toBe(second);
  });
});

describe("block data", () => {
  test("blocks in use and hunks say size and content; free blocks and other things are none", () => {
    const image = new TestImage();
    const pointers = image.block(5, CONTENT_POINTERS);
    expect(blockData(image.memory, pointers)).toEqual({ cells: 5, content: CONTENT_POINTERS, isHunk: false });
    expect(blockData(image.memory, image.object(33))).toEqual({ cells: 5, content: CONTENT_POINTERS, isHunk: true });
    expect(blockData(image.memory, image.object(46))).toEqual({ cells: 3, content: CONTENT_UNBOXED, isHunk: true });
    expect(blockData(image.memory, image.object(64))).toEqual({ cells: 12, content: CONTENT_CODE, isHunk: true });
    for (const at of [pointers - 2, pointers + 2 * 5]) image.memory.setCell(at, blockCell(CONTENT_POINTERS, false, 7));
    expect(blockData(image.memory, pointers)).toBeNull();
    expect(blockData(image.memory, image.fixp(3))).toBeNull();
    expect([isCode(image.memory, image.block(4, CONTENT_CODE)), isCode(image.memory, image.block(4))]).toEqual([
      true,
      false,
    ]);
  });
});
