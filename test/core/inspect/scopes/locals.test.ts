/** Variables of frames that nothing but the image describes. Programs of our own compiler: `program.test.ts`. */
import { describe, expect, test } from "vitest";
import { deadImage, type FrameContext } from "../../../../core/inspect/image-view.ts";
import { localsScope } from "../../../../core/inspect/scopes/locals.ts";
import { STACK_BASE } from "../../../../core/memory/layout.ts";
import { CodeDirectory } from "../../../../core/objects/code/code-directory.ts";
import { NAME_LOCAL } from "../../../../core/objects/code/functions.ts";
import { smallInteger } from "../../../../core/objects/immediates.ts";
import { TestImage } from "../../../support/images/test-image.ts";

const FX = 0x1806;
const PVAR = FX + 10;

/** A frame with two PVARs and the given temporaries. */
function frameWith(image: TestImage, temporaries: readonly number[]): FrameContext {
  const { memory } = image;
  const code = image.block(12, 2);
  memory.setWord(code + 2, 0);
  memory.setWord(code + 3, 24);
  memory.setWord(code + 7, 2 << 8);
  const at = (offset: number) => STACK_BASE + offset;
  memory.setCell(at(FX - 4), smallInteger(7));
  memory.setCell(at(FX - 2), (0x80000000 | (FX - 4)) >>> 0);
  memory.setWord(at(FX), 0xc000);
  memory.setWord(at(FX + 1), 10);
  memory.setCell(at(FX + 2), code);
  memory.setCell(at(PVAR), smallInteger(1));
  memory.setCell(at(PVAR + 2), 0xffffffff);
  for (const [i, cell] of temporaries.entries()) memory.setCell(at(PVAR + 8 + 2 * i), cell);
  memory.setWord(at(FX + 4), PVAR + 8 + 2 * temporaries.length);
  return { fx: FX, header: code, pc: 2 * code + 24, ivar: at(FX - 4), pvar: at(PVAR) };
}
function shown(image: TestImage, frame: FrameContext): { variables: string[]; stack: string[] } {
  const nodes = localsScope(deadImage(image.memory, new CodeDirectory()), frame).named();
  const text = ({ name, value }: { name: string; value: string }) => `${name} ${value}`;
  const stack = nodes[nodes.length - 1];
  return { variables: nodes.slice(0, -1).map(text), stack: stack?.indexed(0, 100).map(text) ?? [] };
}

describe("the variables of a frame of a dead image", () => {
  test("show by number where nothing names them", () => {
    const image = new TestImage(8);
    expect(shown(image, frameWith(image, [])).variables).toEqual(["IVAR0 7", "PVAR0 1", "PVAR1 (not set)"]);
  });

  test("show bind marks among the temporaries for what they are", () => {
    const image = new TestImage(8);
    // Two variables, the last in PVAR1; then a value.
    const frame = frameWith(image, [0xfffd0002, smallInteger(5)]);
    expect(shown(image, frame).stack).toEqual(["0 5", "1 (binds 2 variables, the last in PVAR1)"]);
  });

  test("go by the name table that the frame has for itself, and its table is no value", () => {
    const image = new TestImage(8);
    const { memory } = image;
    // The table on the stack: a header that says 4 words a half, one name, its slot.
    const table = [0, 0, 0, 4 << 16, image.symbol("SPECIAL"), 0, NAME_LOCAL << 24, 0];
    const frame = frameWith(image, [smallInteger(5), ...table.map((cell) => cell >>> 0)]);
    memory.setWord(STACK_BASE + FX, 0xc200);
    memory.setCell(STACK_BASE + FX + 6, STACK_BASE + PVAR + 10);
    const { variables, stack } = shown(image, frame);
    expect(variables).toContain("SPECIAL 1");
    expect(stack).toHaveLength(9);
    expect(stack[0]).toBe("0 (part of the frame's name table)");
    expect(stack[8]).toBe("8 5");
  });
});
