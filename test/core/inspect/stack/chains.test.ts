import { describe, expect, test } from "vitest";
import type { Pointer } from "../../../../core/base/units.ts";
import { deadImage, type ImageView } from "../../../../core/inspect/image-view.ts";
import { frameChains } from "../../../../core/inspect/stack/chains.ts";
import { IFPAGE, interfaceWord } from "../../../../core/memory/interface-page.ts";
import { NIL, STACK_BASE } from "../../../../core/memory/layout.ts";
import type { VirtualMemory } from "../../../../core/memory/virtual-memory.ts";
import { CodeDirectory } from "../../../../core/objects/code/code-directory.ts";
import { writeTypeDescriptor } from "../../../../core/objects/dtd.ts";
import { smallInteger } from "../../../../core/objects/immediates.ts";
import { TestImage } from "../../../support/images/test-image.ts";

const START = 0x1800;
/** Basic frame and frame extension, padding included. */
const FRAME = 2 + 10 + 4;

/** A stack of frames of functions without variables, made one behind the other. */
class TestStack {
  readonly image = new TestImage(8);
  readonly memory: VirtualMemory = this.image.memory;
  readonly view: ImageView = deadImage(this.memory, new CodeDirectory());
  private next = START;

  constructor() {
    this.field(IFPAGE.stackBase, START);
  }
  field(field: number, value: number): void {
    this.memory.setWord(interfaceWord(field), value);
  }
  code(name: string): Pointer {
    const code = this.image.block(8, 2);
    this.memory.setWord(code + 2, 0xffff);
    this.memory.setWord(code + 3, 24);
    this.memory.setCell(code + 4, this.image.symbol(name));
    return code;
  }
  /** @returns its stack offset */
  push(name: string, alink: number, control: number | null = null): number {
    const fx = this.next + 2;
    const word = (i: number, value: number) => this.memory.setWord(STACK_BASE + fx + i, value);
    word(-2, 0x8000);
    word(-1, this.next);
    word(0, 0xc000);
    word(1, control === null ? alink : alink | 1);
    this.memory.setCell(STACK_BASE + fx + 2, this.code(name));
    word(5, 24);
    word(8, this.next);
    word(9, control ?? 0);
    this.next += FRAME;
    word(4, this.next);
    return fx;
  }
  /** Closes the stack with a free block and a guard. */
  end(): ImageView {
    this.memory.setCell(STACK_BASE + this.next, 0xa0000020);
    this.memory.setCell(STACK_BASE + this.next + 0x20, 0xe0000002);
    this.field(IFPAGE.endOfStack, this.next + 0x20);
    return this.view;
  }
}
const link = (fx: number) => fx + 10;

describe("frame chains", () => {
  test("the current chain runs from the saved frame to the bottom", () => {
    const stack = new TestStack();
    const bottom = stack.push("MAIN", 11);
    const top = stack.push("INNER", link(bottom));
    stack.field(IFPAGE.currentFx, top);
    const chains = frameChains(stack.end());
    expect(chains.map(({ name, kind, depth, problem }) => ({ name, kind, depth, problem }))).toEqual([
      { name: "current", kind: "running", depth: 2, problem: null },
    ]);
    expect(chains[0]?.frames(0, 10).map(({ name }) => name)).toEqual(["INNER", "MAIN"]);
    expect(chains[0]?.frames(1, 10).map(({ context }) => context.fx)).toEqual([bottom]);
    expect(chains[0]?.frames(0, 1)[0]?.context).toMatchObject({ fx: top, ivar: STACK_BASE + top - 2 });
  });

  test("a frame whose links are apart returns by its control link", () => {
    const stack = new TestStack();
    const bottom = stack.push("MAIN", 11);
    const other = stack.push("BINDER", link(bottom));
    stack.field(IFPAGE.currentFx, stack.push("INNER", link(other), link(bottom)));
    const [current] = frameChains(stack.end());
    expect(current?.frames(0, 10).map(({ name }) => name)).toEqual(["INNER", "MAIN"]);
  });

  test("contexts have chains of their own, and one that shares its frame is named along", () => {
    const stack = new TestStack();
    const bottom = stack.push("MAIN", 11);
    stack.field(IFPAGE.currentFx, bottom);
    stack.field(IFPAGE.miscFx, bottom);
    stack.field(IFPAGE.keyboardFx, stack.push("\\KEYHANDLER", 11));
    expect(frameChains(stack.end()).map(({ name, kind }) => [name, kind])).toEqual([
      ["current, misc", "running"],
      ["keyboard", "context"],
    ]);
  });

  test("frames that nothing leads to are suspended chains, by their innermost frame", () => {
    const stack = new TestStack();
    const bottom = stack.push("MAIN", 11);
    stack.field(IFPAGE.currentFx, bottom);
    const process = stack.push("PROCESS", 11);
    const waiting = stack.push("BLOCK", link(process));
    const branch = stack.push("BRANCH", link(process));
    const [, first, second, ...more] = frameChains(stack.end());
    expect(more).toEqual([]);
    expect([first?.name, first?.depth]).toEqual([`suspended, frame ${waiting.toString(8)}`, 2]);
    expect([second?.kind, second?.top, second?.depth]).toEqual(["suspended", branch, 2]);
  });

  test("a suspended chain goes by the name of the process that waits in its frame", () => {
    const stack = new TestStack();
    const { image, memory } = stack;
    stack.field(IFPAGE.currentFx, stack.push("MAIN", 11));
    const waiting = stack.push("BLOCK", link(stack.push("LOOP", 11)));
    const type = 80;
    const name = image.symbol("PROCESS");
    image.declareTypes();
    writeTypeDescriptor(memory, { type, name, sizeWords: 8, pointers: image.list(smallInteger(2)), entry: type });
    const process = image.object(type, 8);
    memory.setCell(process, 0x10000 | waiting);
    memory.setCell(process + 2, image.symbol("MOUSE"));
    const [, suspended] = frameChains(stack.end());
    expect(suspended?.name).toBe(`process MOUSE, frame ${waiting.toString(8)}`);
    // The scheduler's process has no name.
    memory.setCell(process + 2, NIL);
    expect(frameChains(stack.view)[1]?.name).toBe(`suspended, frame ${waiting.toString(8)}`);
    memory.setCell(process + 2, image.symbol("MOUSE"));
    // A free object of the type has no segment there.
    memory.setCell(process, waiting);
    expect(frameChains(stack.view)[1]?.name).toBe(`suspended, frame ${waiting.toString(8)}`);
  });

  test("a broken chain says where it ends and why", () => {
    const stack = new TestStack();
    const bottom = stack.push("MAIN", 11);
    const middle = stack.push("MIDDLE", link(bottom));
    const top = stack.push("TOP", link(middle));
    stack.field(IFPAGE.currentFx, top);
    const view = stack.end();
    stack.memory.setWord(STACK_BASE + middle + 1, link(0x4000));
    const [current] = frameChains(view);
    expect([current?.depth, current?.problem]).toEqual([
      2,
      `frame ${middle.toString(8)} returns to 40000, where a plain cell is and a frame extension is expected`,
    ]);
    stack.memory.setWord(STACK_BASE + middle + 1, link(top));
    expect(frameChains(view)[0]?.problem).toContain(`returns to ${top.toString(8)}, which is in the chain already`);
    stack.field(IFPAGE.currentFx, 0x3000);
    expect(frameChains(view)[0]).toMatchObject({ depth: 0, problem: expect.stringContaining("the interface page") });
  });

  test("frames that call one another in a circle are found", () => {
    const stack = new TestStack();
    stack.field(IFPAGE.currentFx, stack.push("MAIN", 11));
    const first = stack.push("A", 0);
    stack.memory.setWord(STACK_BASE + first + 1, link(stack.push("B", link(first))));
    const [, circle, ...more] = frameChains(stack.end());
    expect([circle?.top, circle?.depth, more.length]).toEqual([first, 2, 0]);
  });

  test("thousands of frames come in pages", () => {
    const stack = new TestStack();
    let top = stack.push("MAIN", 11);
    for (let i = 1; i < 3000; i++) top = stack.push("F", link(top));
    stack.field(IFPAGE.currentFx, top);
    const [current] = frameChains(stack.end());
    expect(current?.depth).toBe(3000);
    expect(current?.frames(2998, 100).map(({ name }) => name)).toEqual(["F", "MAIN"]);
    expect(current?.frames(5000, 10)).toEqual([]);
  });
});
