import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ImageView } from "../../../core/inspect/image-view.ts";
import type { InspectNode } from "../../../core/inspect/node.ts";
import { managerScope } from "../../../core/inspect/scopes/manager.ts";
import { DISPLAY_BASE } from "../../../core/memory/layout.ts";
import { digest } from "../../../core/vm/state/digest.ts";
import { runProgram } from "../../support/lisp/run-program.ts";

/** The children of the scope Manager after a program has run. */
function scopeAfter(
  text: string,
  manager = "malloc",
): { readonly nodes: readonly InspectNode[]; readonly image: ImageView } {
  const { machine } = runProgram(text, manager);
  const image = {
    memory: machine.memory,
    registers: null,
    manager: machine.manager,
    collection: null,
    code: machine.code,
  };
  const before = digest(machine);
  const nodes = managerScope(image).named();
  const open = (node: InspectNode): void => {
    for (const child of [...node.named(), ...node.indexed(0, node.indexedCount)]) open(child);
  };
  for (const node of nodes) open(node);
  expect(digest(machine)).toBe(before);
  return { nodes, image };
}
const find = (nodes: readonly InspectNode[], name: string) => nodes.find((node) => node.name === name);
const lines = (node: InspectNode | undefined) =>
  node?.indexed(0, node.indexedCount).map(({ name, value }) => `${name}: ${value}`);

describe("the flat heap in the scope Manager", () => {
  const program = "(malloc 10) (define p (malloc 20)) (malloc 30) (poke p 4711) (free p) (free 20002)";

  test.each(["malloc", "refcount", "none"])(
    "is shown under %s as blocks, headers and free list (L-M7, L-C2, L-C5, L-C6)",
    (manager) => {
      const { nodes } = scopeAfter(program, manager);
      const heap = find(nodes, "Flat heap");
      expect(heap?.value).toBe("20000 to 40000, used up to 20078");
      const children = heap?.named() ?? [];
      expect(find(children, "fragmentation")?.value).toContain("129 %");
      expect(find(children, "wasted")?.value).toContain("56 %");
      expect(find(children, "in use")?.value).toBe("34 (words, 136 bytes)");
      expect(lines(find(children, "Blocks"))).toEqual(["20000: 42 words, free", "20044: 32 words, in use"]);
      expect(lines(find(children, "Free list"))).toEqual(["20000: 42 words, free"]);
      const [block] = find(children, "Blocks")?.indexed(0, 1) ?? [];
      expect(block?.address).toBe(DISPLAY_BASE + 2 * 20000);
      expect(block?.named().map(({ name, value }) => `${name} ${value}`)[0]).toBe(
        "header word 0 42 (payload size in words)",
      );
      expect(block?.indexed(18, 1).map(({ name, value }) => [name, value])).toEqual([["20020", "4711"]]);
    },
  );

  test("is not there when the program has none", () => {
    expect(scopeAfter("(display 1)").nodes.filter(({ name }) => name.startsWith("Flat"))).toEqual([]);
  });

  test("shows what is wrong with a list that was overwritten", () => {
    const { nodes } = scopeAfter("(define p (malloc 8)) (malloc 8) (free p) (poke 20001 12345)");
    expect(find(find(nodes, "Flat heap")?.named() ?? [], "Free list")?.value).toContain("the free list is broken");
  });
});

describe("an allocator that a program wrote itself", () => {
  const source = (name: string) => readFileSync(join(import.meta.dirname, "../../../examples", name), "utf8");
  const [definitions = ""] = source("allocator-complete.cons").split(/^;;; The run$/m);

  test("is shown by the headers in memory (L-F1, L-M7)", () => {
    const { nodes } = scopeAfter(
      `${definitions} (for-each malloc '(64 8 16 8 32 8)) (for-each free '(20002 20078 20106))`,
      "refcount",
    );
    const heap = find(nodes, "Flat heap of the program");
    expect(heap?.value).toContain("20000 to 20148: 6 blocks");
    expect(lines(find(heap?.named() ?? [], "Blocks"))?.map((line) => line.split(" ").slice(0, 2).join(" "))).toEqual([
      ...["20000: 64", "20066: 8", "20076: 16", "20094: 8", "20104: 32", "20138: 8"],
    ]);
    expect(lines(find(heap?.named() ?? [], "Free list"))).toEqual([
      "20104: 32 words, free",
      "20076: 16 words, free",
      "20000: 64 words, free",
    ]);
  });

  test("is found at any start, and not where headers make no sense", () => {
    const { nodes } = scopeAfter(`${definitions} (init-allocator 30000 50000) (for-each malloc '(10 20 30))`);
    expect(find(nodes, "Flat heap of the program")?.value).toContain("30000 to 30078: 3 blocks");
    expect(find(scopeAfter("(poke 20000 5) (poke 20001 77)").nodes, "Flat heap of the program")).toBe(undefined);
    expect(find(scopeAfter("(poke 20000 -5)").nodes, "Flat heap of the program")).toBe(undefined);
  });
});
