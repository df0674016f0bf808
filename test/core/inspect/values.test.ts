import { describe, expect, test } from "vitest";
import type { InspectNode } from "../../../core/inspect/node.ts";
import { localsScope } from "../../../core/inspect/scopes/locals.ts";
import { renderTable, renderTree } from "../../../core/inspect/text.ts";
import { valueNode } from "../../../core/inspect/values.ts";
import type { CodeBlock, VariableRange } from "../../../core/isa/code-block.ts";
import { describeGolden } from "../../support/golden/golden.ts";
import { HUNK, ManagedImage } from "../../support/images/managed-image.ts";
import { type OpcodeRun, opcodeRunView } from "../../support/machine/opcode-run-image.ts";

const small = (n: number) => 0xe0000 + n;
const child = (node: InspectNode | undefined, name: string) => node?.named().find((one) => one.name === name);
const values = (nodes: readonly InspectNode[]) => nodes.map(({ name, value }) => `${name}=${value}`);

describeGolden<OpcodeRun>("opcode-run.json", (run) => {
  describe("lists", () => {
    test("a long list is shown in stretches, and no further than asked", () => {
      const image = new ManagedImage(run);
      const list = image.list(...Array.from({ length: 2500 }, (_, i) => small(i)));
      const node = valueNode(image.view, "l", list);
      expect(node.indexedCount).toBe(1000);
      expect(values(node.indexed(998, 100))).toEqual(["998=998", "999=999"]);
      const rest = child(node, "rest, from element 1000");
      expect(rest?.indexedCount).toBe(1000);
      expect(values(rest?.indexed(0, 1) ?? [])).toEqual(["0=1000"]);
      expect(child(rest, "rest, from element 1000")?.indexedCount).toBe(500);
    });

    test("a circular list shows each element once", () => {
      const image = new ManagedImage(run);
      const list = image.list(small(1), small(2), small(3));
      const third = child(child(valueNode(image.view, "l", list), "cdr"), "cdr")?.pointer ?? 0;
      image.replaceCdr(third, list);
      expect(values(valueNode(image.view, "l", list).indexed(0, 100))).toEqual(["0=1", "1=2", "2=3"]);
    });

    test("a list that runs into a circle ends at the limit", () => {
      const image = new ManagedImage(run);
      const circle = image.list(small(1));
      image.replaceCdr(circle, circle);
      const list = image.manager.cons(small(0), circle);
      expect(valueNode(image.view, "l", list).indexedCount).toBe(1000);
    });
  });

  test("a vector of millions gives a page without touching the rest", () => {
    const image = new ManagedImage(run);
    const base = image.object(0, [small(7), small(8)]);
    const vector = image.object(14, [base]);
    image.memory.setCell(vector + 2, 38 << 16);
    image.memory.setCell(vector + 4, 10_000_000);
    image.memory.setCell(vector + 6, 10_000_000);
    const node = valueNode(image.view, "v", vector, { expression: "v" });
    expect(node.indexedCount).toBe(10_000_000);
    expect(node.indexed(0, 100)).toHaveLength(100);
    expect(node.indexed(1, 1)[0]).toMatchObject({
      value: "8",
      expression: "(vector-ref v 1)",
      slot: { kind: "heap", address: base + 2 },
    });
    expect(node.indexed(9_999_999, 100).map(({ value }) => value)).toEqual(["(outside the image)"]);
  });

  test("an object shows its entry in the count table", () => {
    const image = new ManagedImage(run);
    const list = image.list(small(1));
    expect(child(valueNode(image.view, "l", list), "reference count")?.value).toBe("0");
    image.setRoot(0, image.list(list, list));
    const count = child(valueNode(image.view, "l", list), "reference count");
    expect(count?.value).toBe("2");
    expect(values(count?.named() ?? []).slice(0, 2)).toEqual(["count=2", "stack bit=0"]);
    expect(count?.address).toBeGreaterThanOrEqual(0x160000);
    const other = image.list(small(1));
    image.setRoot(1, image.list(other));
    expect(child(valueNode(image.view, "l", other), "reference count")?.value).toMatch(/^1 \(no entry/);
  });

  test("without counts there is none to show", () => {
    const image = new ManagedImage(run, "none");
    expect(child(valueNode(image.view, "l", image.list(small(1))), "reference count")).toBe(undefined);
  });

  describe("locals of compiled code", () => {
    const range = (name: string, place: VariableRange["place"], index: number, more: Partial<VariableRange> = {}) => ({
      ...{ name, place, index, boxed: false, fromPc: 0, toPc: 100 },
      ...more,
    });
    const at = (variables: readonly VariableRange[], pc: number, prepare: (image: ManagedImage) => void) => {
      const image = new ManagedImage(run);
      prepare(image);
      const { frame } = opcodeRunView(run);
      const block: CodeBlock = {
        name: "f",
        argumentCount: 0,
        requiredCount: 0,
        localCount: 8,
        freeNames: [],
        boundNames: [],
        maxDepth: 4,
        bytes: new Uint8Array(100),
        fixups: [],
        variables,
        source: [],
        isClosure: false,
        isLibrary: false,
      };
      const codeStart = 2 * frame.header + 64;
      image.view.code.add({
        header: image.memory.pointer(frame.pvar - 8),
        codeStart,
        codeEnd: codeStart + 100,
        block,
        path: "a.cons",
      });
      return localsScope(image.view, { ...frame, pc: codeStart + pc }).named();
    };

    test("are those in scope at the pc, the inner one where names are the same", () => {
      const variables = [
        range("x", "local", 0),
        range("x", "local", 1, { fromPc: 10, toPc: 20 }),
        range("late", "local", 2, { fromPc: 50 }),
      ];
      const prepare = (image: ManagedImage) => {
        for (let i = 0; i < 3; i++) image.setRoot(i, small(i));
      };
      expect(values(at(variables, 5, prepare))).toEqual(["x=0", "evaluation stack=0 cells"]);
      expect(values(at(variables, 15, prepare))[0]).toBe("x=1");
      expect(values(at(variables, 60, prepare)).slice(0, 2)).toEqual(["x=0", "late=2"]);
      expect(at(variables, 5, prepare)[0]).toMatchObject({ expression: "x", slot: { kind: "stack" } });
    });

    test("boxed and captured ones show the value behind the box", () => {
      let environment = 0;
      let box = 0;
      const nodes = at(
        [
          range("c", "captured", 1),
          range("b", "local", 1, { boxed: true }),
          range("cb", "captured", 0, { boxed: true }),
        ],
        0,
        (image) => {
          box = image.object(HUNK, [small(5)]);
          environment = image.object(HUNK, [box, small(6)]);
          image.setRoot(0, environment);
          image.setRoot(1, box);
        },
      );
      expect(values(nodes).slice(0, 3)).toEqual(["c=6", "b=5", "cb=5"]);
      expect(nodes.slice(0, 3).map(({ slot }) => slot)).toEqual([
        { kind: "heap", address: environment + 2 },
        { kind: "heap", address: box },
        { kind: "heap", address: box },
      ]);
    });

    test("one without a value yet says so", () => {
      expect(values(at([range("x", "local", 5)], 0, () => {}))[0]).toBe("x=(not set)");
    });
  });
});

describe("text", () => {
  const leaf = (name: string, value: string): InspectNode => ({
    ...{ name, value, type: null, pointer: null, address: null, slot: null, expression: null },
    ...{
      valueIn: () => value,
      whole: () => value,
      namedCount: 0,
      indexedCount: 0,
      isExpensive: false,
      prepare: null,
      named: () => [],
      indexed: () => [],
    },
  });

  test("siblings have their values in one column, and what is left out is counted", () => {
    const items = Array.from({ length: 9 }, (_, i) => leaf(String(i), "x"));
    const tree: InspectNode = {
      ...leaf("top", ""),
      namedCount: 2,
      named: () => [leaf("a", "1"), leaf("longer", "2")],
      indexedCount: 9,
      indexed: (start, count) => items.slice(start, start + count),
    };
    expect(renderTree(tree, { children: 4 })).toEqual([
      "top",
      "  a       1",
      "  longer  2",
      "  0       x",
      "  1       x",
      "  … 7 more",
    ]);
    expect(renderTree(tree, { depth: 0 })).toEqual(["top"]);
    expect(renderTree(tree, { lines: 3 })).toEqual(["top", "  a       1", "  longer  2", "…"]);
  });

  test("numbers in tables stand to the right", () => {
    expect(
      renderTable(
        ["name", "n"],
        [
          ["a", "5"],
          ["bcdef", "1000"],
        ],
      ),
    ).toEqual(["name      n", "a         5", "bcdef  1000"]);
  });
});
