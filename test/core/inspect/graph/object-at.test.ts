import { describe, expect, test } from "vitest";
import { heapGraph } from "../../../../core/inspect/graph/graph-steps.ts";
import { objectAt } from "../../../../core/inspect/graph/object-at.ts";
import { deadImage } from "../../../../core/inspect/image-view.ts";
import { ATOMS_BASE, T, TYPE_LISTP } from "../../../../core/memory/layout.ts";
import { PAGE_ABSENT } from "../../../../core/memory/virtual-memory.ts";
import { arrayHeader } from "../../../../core/objects/arrays/arrays.ts";
import { blockAt, eachBlock } from "../../../../core/objects/arrays/blocks.ts";
import { CodeDirectory } from "../../../../core/objects/code/code-directory.ts";
import { car, cdr, cdrCell } from "../../../../core/objects/cons.ts";
import { findSymbol, valueCell } from "../../../../core/objects/symbols.ts";
import { buildHeap } from "../../../support/heap/random-heap.ts";
import { runProgram } from "../../../support/lisp/run-program.ts";

const { machine } = runProgram(`(define kept (cons 1 (vector 10 20 (list 4 5))))
(define text "hello, world")
(for (i 0 50) (list i i))
(gc)`);
const { memory } = machine;
const graph = heapGraph(deadImage(memory, new CodeDirectory()));
const valueNamed = (name: string) => memory.pointer(valueCell(findSymbol(memory, name) ?? 0));
const at = (address: number) => objectAt(graph, address);

describe("what lies at an address", () => {
  test("every word of every object belongs to it", () => {
    for (let node = 0; node < graph.objects; node += 3) {
      const object = graph.addressOf(node);
      expect(at(object)).toMatchObject({ kind: "object", object, offsetWords: 0 });
      expect(at(object + 1)).toMatchObject({ kind: "inside", object, offsetWords: 1 });
    }
  });

  test("the cell with a CDR belongs to its cons, and so does the cell that stands for it", () => {
    const kept = valueNamed("kept");
    expect(at(cdrCell(memory, kept) ?? 0)).toMatchObject({ kind: "part", object: kept, slot: { kind: "cdr" } });
    const heap = buildHeap({ kinds: ["indirect"], edges: [], roots: [0] });
    const [cons = 0] = heap.objects;
    const other = heapGraph(heap.view);
    const replacement = heap.view.memory.pointer(cons);
    expect(objectAt(other, replacement)).toMatchObject({ kind: "part", object: cons, slot: { kind: "car" } });
    expect(objectAt(other, replacement + 2)).toMatchObject({ kind: "part", object: cons, slot: { kind: "cdr" } });
  });

  test("elements, characters, headers and trailers are told apart", () => {
    const vector = cdr(memory, valueNamed("kept"));
    const elements = arrayHeader(memory, vector)?.base ?? 0;
    expect(at(elements + 5)).toMatchObject({ kind: "inside", slot: { kind: "element", index: 2 } });
    expect(at(elements + 5).text).toMatch(/^element 2 of \{BLOCK\}|^element 2 of \{\\PTRHUNK/);
    const text = valueNamed("text");
    const characters = arrayHeader(memory, text)?.base ?? 0;
    expect(at(characters + 2).text).toContain("characters 4 and 5 of {ONED-ARRAY}");
    const name = memory.pointer(ATOMS_BASE + 10 * (findSymbol(memory, "kept") ?? 0));
    expect(at(name + 1).text).toContain("characters 1 and 2 of the print name of kept");
    const block = blockAt(memory, graph.map.blockHeaders[3] ?? 0);
    expect(at(block?.header ?? 0)).toMatchObject({ kind: "frame", object: block?.data });
    expect(at(block?.trailer ?? 0).text).toMatch(/^trailer of the array block /);
  });

  test("free storage and storage that no object can have say so", () => {
    const unit = graph.map.types.get(TYPE_LISTP)?.units[0] ?? 0;
    expect(at(unit + 4)).toMatchObject({ kind: "unused", text: "in the header of a cons page", object: null });
    const free = memory.word(unit + 4) & 0xff;
    expect(at(unit + free)).toMatchObject({ kind: "free", text: "in a free cons cell" });
    let freeBlock = 0;
    eachBlock(memory, graph.map.blockHeaders[0] ?? 0, 0x700000, (block) => {
      if (!block.isInUse) freeBlock = block.header;
    });
    if (freeBlock !== 0) expect(at(freeBlock + 2).text).toMatch(/^word 2 of a free array block of \d+ cells/);
    expect(at(0x600000)).toMatchObject({ kind: "unused" });
  });

  test("tables, immediates, missing pages and the end of the image are named", () => {
    expect(at(ATOMS_BASE + 10 * T + 2).text).toBe("value cell of the symbol T (number 76)");
    expect(at(0x141000 + 18 * 5 + 4).text).toBe("free list of the descriptor of type 5, LISTP");
    expect(at(0xe0005).text).toMatch(/^as a pointer the value 5, which has no memory; as memory word \d+ of FPTOVP/);
    expect(at(0x11000).text).toBe("on the stack, offset 10000 octal");
    expect(at(0x180000 + (0x300000 >> 9)).text).toBe("in the type table: the entry of the unit at #60,0");
    expect(at(0x7fffffe)).toMatchObject({ kind: "outside" });
    const page = 0x600000 >> 8;
    memory.pageFlags[page] = PAGE_ABSENT;
    expect(at(0x600000)).toMatchObject({ kind: "absent" });
    memory.pageFlags[page] = 0;
  });

  test("a slot is found by its own cell only", () => {
    const kept = valueNamed("kept");
    expect(at(kept)).toMatchObject({ slot: { kind: "car" } });
    expect(car(memory, kept)).toBe(0xe0001);
  });
});
