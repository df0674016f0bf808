import { describe, expect, test } from "vitest";
import { audit } from "../../../../core/inspect/audit/audit.ts";
import { census } from "../../../../core/inspect/census.ts";
import { mapHeap } from "../../../../core/inspect/counts/references.ts";
import { heapGraph } from "../../../../core/inspect/graph/graph-steps.ts";
import { pathFromRoot } from "../../../../core/inspect/graph/paths.ts";
import { findLeaks, leaks } from "../../../../core/inspect/graph/reach.ts";
import { referenceText } from "../../../../core/inspect/parts/holders.ts";
import { HTMAIN_BASE, TYPE_LISTP } from "../../../../core/memory/layout.ts";
import { valueCell } from "../../../../core/objects/symbols.ts";
import { describeGolden } from "../../../support/golden/golden.ts";
import { CLOSURE, HUNK, ManagedImage } from "../../../support/images/managed-image.ts";
import type { OpcodeRun } from "../../../support/machine/opcode-run-image.ts";

const small = (n: number) => 0xe0000 + n;

describeGolden<OpcodeRun>("opcode-run.json", (run) => {
  describe("leaks", () => {
    test("a cycle that nothing reaches is found, garbage that waits is not one", () => {
      const image = new ManagedImage(run);
      const before = leaks(image.view).length;
      const first = image.list(small(1), small(2));
      const second = image.list(first);
      image.setRoot(0, second);
      image.replaceCdr(first, second);
      expect(leaks(image.view)).toHaveLength(before);
      const garbage = image.list(small(3));
      image.setRoot(0, small(0));
      image.collect();
      image.list(small(4));
      const report = findLeaks(image.view);
      expect(report.cyclic).toEqual(expect.arrayContaining([first, second]));
      expect(report.cyclic).not.toContain(garbage);
      expect(leaks(image.view)).toHaveLength(before + report.cyclic.length);
      expect(report.waiting).toHaveLength(1);
      expect(report.byType.get(TYPE_LISTP)).toBe(2);
    });
  });

  describe("who holds an object", () => {
    test("the shortest way leads from a root to it", () => {
      const image = new ManagedImage(run);
      const inner = image.list(small(1));
      const box = image.object(HUNK, [small(0), inner]);
      const symbol = run.atoms.GLOBALV ?? 0;
      image.store(valueCell(symbol), image.list(small(5), box));
      const graph = heapGraph(image.view);
      const path = pathFromRoot(graph, graph.numberOf(inner)) ?? [];
      const texts = path.map((step) => referenceText(image.view, step).replace(/#[0-7,]+.*/, "#…"));
      expect(texts).toEqual([
        "value of symbol GLOBALV",
        "cdr of {LISTP}#…",
        "car of {LISTP}#…",
        "element 1 of {\\PTRHUNK4}#…",
      ]);
      const unheld = image.list(small(9));
      const later = heapGraph(image.view);
      expect(pathFromRoot(later, later.numberOf(unheld))).toBe(null);
    });

    test("every reference is listed, the stack's too", () => {
      const image = new ManagedImage(run);
      const shared = image.list(small(1));
      image.setRoot(3, shared);
      image.setRoot(0, image.object(CLOSURE, [0, shared]));
      image.setRoot(1, image.list(shared));
      const graph = heapGraph(image.view);
      const holders = graph.holders(graph.numberOf(shared), 0, 10);
      expect(holders.map(({ holderKind, slotKind }) => [holderKind, slotKind])).toEqual([
        ["stack", null],
        ["object", "field"],
        ["object", "car"],
      ]);
      expect(graph.holders(graph.numberOf(shared), 1, 1)).toEqual(holders.slice(1, 2));
    });
  });

  describe("census", () => {
    test("counts what was allocated and not what was freed", () => {
      const image = new ManagedImage(run);
      const rows = () => new Map(census(mapHeap(image.view)).map((row) => [row.name, row.live]));
      const before = rows();
      const gain = (name: string) => (rows().get(name) ?? 0) - (before.get(name) ?? 0);
      const items = Array.from({ length: 300 }, (_, i) => image.manager.cons(small(i), small(i)));
      image.setRoot(0, image.list(...items));
      image.setRoot(1, image.object(0, items.slice(0, 10)));
      for (let i = 0; i < 50; i++) image.object(CLOSURE, []);
      expect(gain("LISTP")).toBe(600);
      expect(gain("array blocks, pointers")).toBe(1);
      expect(gain("COMPILED-CLOSURE")).toBe(50);
      image.setRoot(0, small(0));
      image.collect();
      expect(gain("LISTP")).toBe(10);
      expect(gain("COMPILED-CLOSURE")).toBe(0);
    });

    test("pages of instances add up to all instances", () => {
      const image = new ManagedImage(run);
      image.setRoot(0, image.list(...Array.from({ length: 700 }, (_, i) => image.list(small(i), small(i), small(i)))));
      const map = mapHeap(image.view);
      const all: number[] = [];
      map.eachObject((object, type) => {
        if (type === TYPE_LISTP) all.push(object);
      });
      const paged: number[] = [];
      for (let start = 0; start < all.length; start += 97) paged.push(...map.instances(TYPE_LISTP, start, 97));
      expect(paged).toEqual(all);
      expect(map.types.get(TYPE_LISTP)?.live).toBe(all.length);
      expect(all.every((cons) => map.isObject(cons))).toBe(true);
    });
  });

  describe("audit", () => {
    const sound = () => {
      const image = new ManagedImage(run);
      image.setRoot(0, image.list(small(1), image.list(small(2)), image.object(HUNK, [image.list(small(3))])));
      return image;
    };

    test("finds nothing in a sound image", () => {
      const report = audit(sound().view);
      expect(report).toMatchObject({ unchecked: null, problems: [] });
      expect(report.objects).toBeGreaterThan(100);
    });

    test("finds a pointer changed behind the manager's back, at both ends", () => {
      const image = sound();
      const inner = image.list(small(7));
      image.setRoot(1, image.list(inner));
      image.memory.setPointer(image.root(1), image.root(0));
      expect(audit(image.view).problems.map(({ kind, object }) => [kind, object])).toEqual(
        expect.arrayContaining([["below", image.root(0)]]),
      );
      expect(audit(image.view).lost).toContain(inner);
    });

    test("finds a pointer to a free cell", () => {
      const image = sound();
      const free = image.list(small(7));
      image.collect();
      image.memory.setPointer(image.root(0), free);
      expect(audit(image.view).problems.map(({ kind }) => kind)).toContain("bad pointer");
    });

    test("finds an entry that no object has", () => {
      const image = sound();
      image.memory.setCell(HTMAIN_BASE + 2 * 5, 0x00040000 | (0x60 << 1));
      expect(audit(image.view).problems.map(({ kind }) => kind)).toContain("table");
    });
  });
});
