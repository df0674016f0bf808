/** Opcodes that change bitmaps, against rows of bits that are copied one by one. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Cell } from "../../../../core/base/units.ts";
import type { StopReason } from "../../../../core/vm/events.ts";
import type { Machine } from "../../../../core/vm/machine.ts";
import { small, toyMachine } from "../../../support/machine/toy-machine.ts";

const TABLE = 0x340000;
const BITMAP = 0x341000;
const OTHER = 0x342000;
const HANDLER = 510;

class Graphics {
  readonly machine: Machine;
  private readonly start;
  constructor() {
    const handlers = { 56: [HANDLER, 8, 1], 59: [HANDLER, 9, 0] } as const;
    this.machine = toyMachine({ code: [0xfe, 0, 0], functions: { [HANDLER]: { code: [0x10] } }, handlers });
    this.start = this.machine.registers();
  }
  /** Executes one instruction with these operands; what is on top, or why it stopped. */
  run(bytes: readonly number[], ...operands: readonly Cell[]): Cell | "handler" | StopReason {
    const { machine, start } = this;
    for (const [i, byte] of bytes.entries()) machine.memory.setByte(start.pc + i, byte);
    for (const [i, operand] of operands.entries()) machine.memory.setCell(start.csp + 2 * i, operand);
    machine.setRegisters({ ...start, csp: start.csp + 2 * (operands.length - 1), tos: operands.at(-1) as Cell });
    const reason = machine.stepInstruction();
    if (reason.kind !== "step") return reason;
    const after = machine.registers();
    if (after.func !== start.func) return "handler";
    expect(after.pc).toBe(start.pc + bytes.length);
    expect(after.csp).toBe(start.csp);
    return after.tos;
  }
  bit(base: number, offset: number): number {
    return (this.machine.memory.word(base + Math.floor(offset / 16)) >> (15 - (((offset % 16) + 16) % 16))) & 1;
  }
  fill(base: number, words: readonly number[]): void {
    for (const [i, word] of words.entries()) this.machine.memory.setWord(base + i, word);
  }
  words(base: number, count: number): number[] {
    return Array.from({ length: count }, (_, i) => this.machine.memory.word(base + i));
  }
}

interface Transfer {
  readonly to: number;
  readonly toRow: number;
  readonly from: number;
  readonly fromRow: number;
  readonly width: number;
  readonly height: number;
  readonly flags: number;
  readonly source?: number;
  readonly shape?: number;
}

function transfer(graphics: Graphics, t: Transfer) {
  const source = t.source ?? OTHER;
  graphics.fill(TABLE, [
    BITMAP & 0xffff,
    BITMAP >> 16,
    t.to,
    t.toRow & 0xffff,
    source & 0xffff,
    source >> 16,
    t.from,
    t.shape ?? t.fromRow & 0xffff,
    t.width,
    t.height,
    t.flags,
  ]);
  return graphics.run([0x76], TABLE, 0x4c);
}

const OPERATIONS = [
  (_: number, source: number) => source,
  (old: number, source: number) => old & source,
  (old: number, source: number) => old | source,
  (old: number, source: number) => old ^ source,
];

describe("PILOTBITBLT", () => {
  const words = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 64, maxLength: 64 });

  test("combines blocks of bits by each operation", () => {
    const graphics = new Graphics();
    fc.assert(
      fc.property(
        words,
        words,
        fc.record({
          to: fc.integer({ min: 0, max: 40 }),
          toRow: fc.integer({ min: 30, max: 70 }),
          from: fc.integer({ min: 0, max: 40 }),
          fromRow: fc.integer({ min: -60, max: 70 }),
          width: fc.integer({ min: 0, max: 60 }),
          height: fc.integer({ min: 0, max: 8 }),
        }),
        fc.integer({ min: 0, max: 3 }),
        fc.boolean(),
        fc.boolean(),
        (target, source, shape, operation, inverts, isBackward) => {
          graphics.fill(BITMAP, target);
          graphics.fill(OTHER - 32, source);
          const bits = Array.from({ length: 1024 }, (_, i) => graphics.bit(BITMAP, i));
          for (let y = 0; y < shape.height; y++) {
            for (let x = 0; x < shape.width; x++) {
              const i = shape.to + y * shape.toRow + x;
              const s = graphics.bit(OTHER, shape.from + y * shape.fromRow + x) ^ (inverts ? 1 : 0);
              bits[i] = (OPERATIONS[operation] as (a: number, b: number) => number)(bits[i] as number, s);
            }
          }
          const flags = (operation << 9) | (inverts ? 0x800 : 0) | (isBackward ? 0x8000 : 0);
          expect(transfer(graphics, { ...shape, flags })).toBe(TABLE);
          expect(Array.from({ length: 1024 }, (_, i) => graphics.bit(BITMAP, i))).toEqual(bits);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("moves a block over itself in the direction that the table says", () => {
    for (const shift of [-37, -16, -3, 3, 16, 37]) {
      const graphics = new Graphics();
      graphics.fill(BITMAP, [0x8421, 0xf00f, 0x1234, 0xabcd, 0x5555, 0x9999, 0x0ff0, 0xc3c3]);
      const from = 40;
      const before = Array.from({ length: 60 }, (_, i) => graphics.bit(BITMAP, from + i));
      const isBackward = shift > 0;
      transfer(graphics, {
        to: from + shift,
        toRow: 0,
        from,
        fromRow: 0,
        width: 60,
        height: 1,
        flags: isBackward ? 0x8000 : 0,
        source: BITMAP,
      });
      expect(
        Array.from({ length: 60 }, (_, i) => graphics.bit(BITMAP, from + shift + i)),
        `shift ${shift}`,
      ).toEqual(before);
    }
  });

  test("paints with a texture, line by line and over again", () => {
    const graphics = new Graphics();
    const lines = [0b1000000000000000, 0b1100000000000000, 0b1110000000000001];
    graphics.fill(OTHER, lines);
    graphics.fill(BITMAP, Array<number>(64).fill(0));
    const first = 1;
    const shape = (first << 8) | (lines.length - 1);
    const block = { to: 5, toRow: 64, from: 0, fromRow: 0, width: 40, height: 7, flags: 0x1000 };
    expect(transfer(graphics, { ...block, source: OTHER + first, shape })).toBe(TABLE);
    for (let y = 0; y < 7; y++) {
      for (let x = 0; x < 40; x++) {
        const line = lines[(first + y) % lines.length] as number;
        expect(graphics.bit(BITMAP, 5 + 64 * y + x), `${x},${y}`).toBe((line >> (15 - (x % 16))) & 1);
      }
      expect(graphics.bit(BITMAP, 4 + 64 * y)).toBe(0);
      expect(graphics.bit(BITMAP, 45 + 64 * y)).toBe(0);
    }
  });

  test("stops before anything is changed when the block lies outside, or is impossibly large", () => {
    const graphics = new Graphics();
    const outside = { to: 0, toRow: 32767, from: 0, fromRow: 0, width: 10, height: 65535, flags: 0 };
    expect(transfer(graphics, outside)).toMatchObject({ kind: "failed", message: /outside the memory/ });
    const huge = { ...outside, toRow: 0, width: 65535 };
    expect(transfer(graphics, huge)).toMatchObject({ kind: "failed", message: /65535 by 65535 points/ });
    expect(graphics.words(BITMAP, 2)).toEqual([0, 0]);
  });
});

describe("DRAWLINE", () => {
  /** A line from bit `bit` of the bitmap, 4 words a line. */
  const draw = (graphics: Graphics, bit: number, dx: number, dy: number, operation: number, raster = 4) =>
    graphics.run(
      [0x3b],
      BITMAP,
      ...[bit, dx, raster, dy, operation, Math.max(dx, dy) >> 1, dx + 1, dy + 1].map((n) => small(n)),
    );

  test("draws flat and steep lines, clears and inverts them", () => {
    const graphics = new Graphics();
    expect(draw(graphics, 0, 20, 3, 0)).toBe(0);
    const flat = Array.from({ length: 4 }, (_, y) => graphics.words(BITMAP + 4 * y, 2));
    const points = flat.flat().reduce((sum, word) => sum + word.toString(2).replaceAll("0", "").length, 0);
    expect(points).toBe(21);
    expect(flat[0]?.[0]).toBeGreaterThan(0x7fff);
    expect(draw(graphics, 0, 20, 3, 2)).toBe(0);
    expect(graphics.words(BITMAP, 16)).toEqual(Array<number>(16).fill(0));
    graphics.fill(BITMAP, Array<number>(64).fill(0xffff));
    expect(draw(graphics, 3, 2, 10, 1)).toBe(0);
    expect(graphics.words(BITMAP, 1)).toEqual([0xefff]);
    // One point less in each of eleven lines.
    const cleared = Array.from({ length: 12 }, (_, y) => graphics.words(BITMAP + 4 * y, 1)[0]);
    expect(cleared.filter((word) => word !== 0xffff)).toHaveLength(11);
  });

  test("goes upwards with a negative raster width", () => {
    const graphics = new Graphics();
    draw(graphics, 0, 0, 2, 0, -4);
    expect([0, -4, -8].map((offset) => graphics.words(BITMAP + offset, 1)[0])).toEqual([0x8000, 0x8000, 0x8000]);
  });

  test("goes to its handler when the raster width is no small integer, and draws nothing outside", () => {
    const graphics = new Graphics();
    const operands = [BITMAP, ...[0, 5].map((n) => small(n)), 0, ...[5, 0, 0, 5, 5].map((n) => small(n))];
    expect(graphics.run([0x3b], ...operands)).toBe("handler");
    expect(draw(graphics, 0, 0, 65534, 0, 65535)).toMatchObject({ kind: "failed", message: /line outside/ });
    expect(graphics.words(BITMAP, 1)).toEqual([0]);
  });
});

describe("MISC7", () => {
  const point = (graphics: Graphics, x: number, y: number, operation: number, subOp = 1) =>
    graphics.run([0x38, subOp], BITMAP, ...[x, y, operation, 9, 3, 0].map((n) => small(n)));

  test("reads, sets, clears and inverts a point, counted from the lowest line", () => {
    const graphics = new Graphics();
    expect(point(graphics, 17, 9, 3)).toBe(small(0));
    expect(graphics.words(BITMAP, 3)).toEqual([0, 0x4000, 0]);
    expect(point(graphics, 17, 9, 2)).toBe(small(1));
    expect(point(graphics, 17, 9, 0)).toBe(small(1));
    expect(graphics.words(BITMAP, 3)).toEqual([0, 0, 0]);
    expect(point(graphics, 17, 9, 0)).toBe(small(0));
    expect(point(graphics, 17, 9, 1)).toBe(small(1));
    expect(point(graphics, 0, 0, 3)).toBe(small(0));
    expect(graphics.words(BITMAP + 27, 1)).toEqual([0x8000]);
  });

  test("goes to its handler for other sub-opcodes and for what is no number", () => {
    const graphics = new Graphics();
    expect(point(graphics, 1, 1, 2, 0)).toBe("handler");
    expect(graphics.run([0x38, 1], BITMAP, 0, ...[1, 2, 9, 3, 0].map((n) => small(n)))).toBe("handler");
  });
});
