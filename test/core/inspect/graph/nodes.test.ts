import { beforeAll, describe, expect, test } from "vitest";
import { deadImage, forget, type ImageView } from "../../../../core/inspect/image-view.ts";
import type { InspectNode } from "../../../../core/inspect/node.ts";
import { objectsScope } from "../../../../core/inspect/scopes/lisp/objects.ts";
import { renderTree } from "../../../../core/inspect/text.ts";
import { valueNode } from "../../../../core/inspect/values.ts";
import { CodeDirectory } from "../../../../core/objects/code/code-directory.ts";
import { findSymbol, valueCell } from "../../../../core/objects/symbols.ts";
import { runProgram } from "../../../support/lisp/run-program.ts";

const PROGRAM = `(define kept (list 1 (list 2 3) (vector 4 (list 5))))
(define also kept)
(define (knot! n) (let ((l (list n (list n)))) (set-cdr! (cdr l) l) nil))
(for (i 0 3) (knot! i))
(gc)`;
const child = (node: InspectNode | undefined, name: string) => node?.named().find((one) => one.name === name);

let view: ImageView;
let kept = 0;
beforeAll(() => {
  const { memory } = runProgram(PROGRAM).machine;
  view = deadImage(memory, new CodeDirectory());
  kept = memory.pointer(valueCell(findSymbol(memory, "kept") ?? 0));
});

describe("what a value shows of the graph", () => {
  test("its holders and the way from a root", () => {
    const node = child(valueNode(view, "kept", kept), "held by");
    const text = renderTree(node as InspectNode, { depth: 2 }).join("\n");
    expect(text).toContain("way from a root  value of symbol kept");
    expect(text).toMatch(/references +2\n/);
    expect(text).toContain("1  value of symbol also");
  });

  test("what would be freed with it, and the parts of that by size", () => {
    const node = child(valueNode(view, "kept", kept), "keeps alive");
    expect(child(node, "freed with it")?.value).toMatch(/^\d+ objects, \d+ words \(itself included\)$/);
    expect(child(node, "goes with")?.value).toBe("several roots or objects, or none");
    const parts = child(node, "parts");
    expect(parts?.indexedCount).toBe(1);
    expect(parts?.indexed(0, 1)[0]?.value).toMatch(/^\d+ words, \d+ objects: \{LISTP\}/);
  });

  test("what is found is kept until memory changes", () => {
    const cell = valueCell(findSymbol(view.memory, "also") ?? 0);
    const references = () => child(child(valueNode(view, "kept", kept), "held by"), "references")?.value;
    const before = view.memory.pointer(cell);
    view.memory.setPointer(cell, 0);
    expect(references()).toBe("2");
    forget(view);
    expect(references()).toBe("1");
    view.memory.setPointer(cell, before);
    forget(view);
  });
});

describe("the objects of an image", () => {
  test("include what keeps most of them, and what no root reaches", () => {
    const scope = objectsScope(view);
    const biggest = child(child(scope, "kept by one root or object"), "parts");
    expect(biggest?.indexedCount).toBeGreaterThan(10);
    const garbage = child(scope, "not reached by any root");
    expect(child(garbage, "cyclic")?.value).toMatch(/^9 objects, \d+ words \(held by cycles: never freed\)$/);
    const groups = child(garbage, "groups");
    expect(groups?.value).toBe("3 that keep themselves alive");
    const [first] = groups?.indexed(0, 1) ?? [];
    expect(first?.value).toMatch(/^2 objects, \d+ words; hanging on it: 1 objects/);
    expect(child(first, "a cycle")?.value).toMatch(/^cdr of \{LISTP\}.* → cdr of \{LISTP\}/);
    expect(first?.indexed(0, 9)).toHaveLength(2);
  });
});
