/** What healthy images count in another way than the table of counted slots says: none of it is a problem, and all of it is checked all the same. */
import { describe, expect, test } from "vitest";
import type { Pointer } from "../../../core/base/units.ts";
import { audit } from "../../../core/inspect/audit/audit.ts";
import { deadImage } from "../../../core/inspect/image-view.ts";
import { BLOCK_CODE, BLOCK_POINTERS } from "../../../core/managers/contract.ts";
import { HTMAIN_BASE, NIL, TYPE_CLOSURE, TYPE_VMEMPAGEP } from "../../../core/memory/layout.ts";
import { DEFINITION_COMPILED, definitionCell, valueCell } from "../../../core/objects/symbols.ts";
import { internSymbol } from "../../../core/vm/image/install.ts";
import { lispMachine } from "../../support/lisp/lisp-machine.ts";

/** A type whose objects hold no pointers, and are as long as a BUFFER, and as the record of the closure cache. */
const UNBOXED_OF_4_CELLS = 47;
const NO_REFERENCE = 0x80000000;

/** A heap in which references are counted by hand. */
class Image {
  readonly machine = lispMachine("(define v nil)").machine;
  readonly memory = this.machine.memory;

  make(type: number): Pointer {
    return this.machine.manager.allocate(type);
  }
  block(cells: number, content: typeof BLOCK_CODE | typeof BLOCK_POINTERS): Pointer {
    return this.machine.manager.allocateBlock(cells, content);
  }
  symbol(name: string): Pointer {
    return internSymbol(this.machine, name);
  }
  count(object: Pointer): void {
    this.machine.manager.barrier(0, NIL, object, "add-first");
  }
  store(cell: number, object: Pointer): void {
    this.count(object);
    this.memory.setPointer(cell, object);
  }
  setValue(name: string, object: Pointer): void {
    const cell = valueCell(this.symbol(name));
    this.memory.setCell(cell, NIL);
    this.store(cell, object);
  }
  /** A compiled function that begins at byte 28, with a cell for debugging information before. */
  code(name: string, debugging = NIL): Pointer {
    const block = this.block(10, BLOCK_CODE);
    this.memory.setWord(block + 3, 28);
    this.memory.setCell(block + 12, debugging);
    this.memory.setCell(definitionCell(this.symbol(name)), DEFINITION_COMPILED);
    this.store(definitionCell(this.symbol(name)), block);
    return block;
  }
}

const problemsOf = ({ machine }: Image) => {
  const { problems, lost } = audit(deadImage(machine.memory, machine.code));
  return { problems: problems.map(({ kind, object }) => [kind, object]), lost };
};

test("an image in which each object has one reference has no problem", () => {
  expect(problemsOf(new Image())).toEqual({ problems: [], lost: [] });
});

describe("a closure of the closure cache", () => {
  const cached = (isInCache: boolean) => {
    const image = new Image();
    const { memory } = image;
    const block = image.code("F");
    const closure = image.make(TYPE_CLOSURE);
    memory.setCell(closure, block as number);
    const vector = image.block(4, BLOCK_POINTERS);
    image.store(vector + 2, closure);
    const record = image.make(UNBOXED_OF_4_CELLS);
    memory.setCell(record, vector as number);
    memory.setWord(record + 2, 3);
    // The record of a real cache counts its vector.
    image.setValue("V", vector);
    image.setValue(isInCache ? "SI::*CLOSURE-CACHE*" : "OTHER", record);
    image.symbol("SI::*CLOSURE-CACHE-ENABLED*");
    image.symbol("XCL::*DELETED-IMPLICIT-HASH-SLOT*");
    return { image, block };
  };

  test("does not count its code", () => {
    expect(problemsOf(cached(true).image)).toEqual({ problems: [], lost: [] });
  });
  test("counts it when it is in no cache", () => {
    const { image, block } = cached(false);
    expect(problemsOf(image).problems).toEqual([["below", block]]);
  });
});

describe("the page of a buffer", () => {
  const withBuffer = (flags: number) => {
    const image = new Image();
    const page = image.make(TYPE_VMEMPAGEP);
    image.count(page);
    const buffer = image.make(UNBOXED_OF_4_CELLS);
    image.memory.setCell(buffer + 2, page as number);
    // A chain that leads round comes to an end all the same.
    image.memory.setCell(buffer + 6, (flags | buffer) >>> 0);
    image.setValue("SYSTEMBUFFERLIST", buffer);
    return { image, page };
  };

  test("is worth a reference when the collector kept it", () => {
    expect(problemsOf(withBuffer(NO_REFERENCE).image)).toEqual({ problems: [], lost: [] });
  });
  test("is lost when nobody refers to it", () => {
    const { image, page } = withBuffer(0);
    expect(problemsOf(image)).toEqual({ problems: [], lost: [page] });
  });
});

describe("debugging information", () => {
  const shared = (count: number) => {
    const image = new Image();
    const list = image.machine.manager.cons(NIL, NIL);
    image.code("F", list);
    image.code("COPY", list);
    for (let i = 0; i < count; i++) image.count(list);
    return { image, list };
  };

  test.each([1, 2])("of two copies of a function may have count %s", (count) => {
    expect(problemsOf(shared(count).image)).toEqual({ problems: [], lost: [] });
  });
  test("that says 0 or 3 is wrong", () => {
    for (const [count, kind] of [
      [0, "below"],
      [3, "above"],
    ] as const) {
      const { image, list } = shared(count);
      expect(problemsOf(image).problems).toEqual([[kind, list]]);
    }
  });
});

test("an overflowed entry without a big count is right for any number of references", () => {
  const image = new Image();
  const list = image.machine.manager.cons(NIL, NIL);
  image.setValue("v", list);
  expect(image.memory.cell(HTMAIN_BASE + (list & 0xfffe))).toBe(0);
  image.memory.setCell(HTMAIN_BASE + (list & 0xfffe), (0xfffe0000 | ((list >>> 15) & 0x1ffe)) >>> 0);
  expect(problemsOf(image)).toEqual({ problems: [], lost: [] });
});
