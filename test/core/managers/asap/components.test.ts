/** Components: the acceptance cases O-A27 to O-A31, and dismantling of overlapping and nested cycles (O-M9). */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Component } from "../../../../core/managers/asap/components/components.ts";
import { Components } from "../../../../core/managers/asap/components/components.ts";
import { cyclesOf } from "../../../../core/managers/asap/components/cycles.ts";
import { AsapTestHeap, number } from "../../../support/heap/asap-heap.ts";

function recorded() {
  const dismantled: number[][] = [];
  const components = new Components({
    made() {},
    added() {},
    dismantle: ({ members }: Component) => dismantled.push([...members]),
  });
  const inScope = (...members: number[]) => {
    components.begin();
    for (const member of members) components.add(member);
  };
  return { components, dismantled, inScope };
}

describe("components by number (O-F8)", () => {
  test("O-A27: a cycle of two goes with its scope", () => {
    const { components, dismantled, inScope } = recorded();
    inScope(1, 2);
    components.link(1, 2);
    components.link(2, 1);
    components.end();
    components.serve();
    expect(dismantled).toEqual([[1, 2]]);
    expect(components.isUsed).toBe(false);
  });

  test("O-A28: an object of an inner scope stays while one of the outer scope refers to it", () => {
    const { components, dismantled, inScope } = recorded();
    inScope(1);
    inScope(2);
    components.link(1, 2);
    components.end();
    components.serve();
    expect(dismantled).toEqual([]);
    components.end();
    components.serve();
    expect(dismantled.map((members) => members.sort())).toEqual([[1, 2]]);
  });

  test("O-A29: one external count holds the whole ring", () => {
    const { components, dismantled, inScope } = recorded();
    inScope(1, 2, 3);
    for (const [from, to] of [
      [1, 2],
      [2, 3],
      [3, 1],
    ] as const)
      components.link(from, to);
    components.acquire(1);
    components.end();
    expect(components.serve()).toBe(0);
    components.release(1);
    components.serve();
    expect(dismantled).toEqual([[1, 2, 3]]);
  });

  test("O-A30, O-C11: nothing happens until the tether ends, and then the queue does it", () => {
    const { components, dismantled, inScope } = recorded();
    inScope(1, 2);
    components.link(1, 2);
    components.link(2, 1);
    components.acquire(1);
    components.end();
    const component = components.of(1) as Component;
    expect(component.internal).toBe(2);
    components.beginTether(2);
    components.release(1);
    expect([components.serve(), components.scheduled]).toEqual([0, 0]);
    components.endTether(2);
    expect(components.scheduled).toBe(1);
    expect(dismantled).toEqual([]);
    expect(components.serve()).toBe(1);
    expect(dismantled).toEqual([[1, 2]]);
    expect(component.internal).toBe(0);
  });

  test("O-A31: linked components are one, with the sum of their handles", () => {
    const { components, inScope } = recorded();
    inScope(1);
    components.acquire(1);
    components.acquire(1);
    components.end();
    inScope(2);
    components.acquire(2);
    components.end();
    components.link(1, 2);
    expect(components.of(1)).toBe(components.of(2));
    expect(components.of(1)).toMatchObject({ handles: 3, members: [1, 2] });
    expect(components.all()).toHaveLength(1);
  });

  test("the queue takes the last one first, and one that has got a handle again stays", () => {
    const { components, dismantled, inScope } = recorded();
    for (const member of [1, 2, 3]) {
      inScope(member);
      components.end();
    }
    components.acquire(2);
    components.serve();
    expect(dismantled).toEqual([[3], [1]]);
    expect(components.release(2)).not.toBe(null);
    expect(components.release(2)).toBe(null);
    components.serve();
    expect(dismantled).toEqual([[3], [1], [2]]);
  });
});

describe("components of objects", () => {
  /** A ring of conses, in an open component. */
  const ring = (heap: AsapTestHeap, ...items: number[]) => {
    const cells = items.map((item) => heap.cons("COMPONENT", number(item), 0));
    for (const [i, cell] of cells.entries()) heap.manager.replaceCdr(cell, cells[(i + 1) % cells.length] as number);
    return cells as [number, ...number[]];
  };

  test("a ring that leaves its function is taken apart when its last handle goes", () => {
    const heap = new AsapTestHeap();
    const before = heap.live();
    heap.perform("COMPONENT_BEGIN");
    const [first, second] = ring(heap, 1, 2, 3);
    heap.perform("ACQUIRE", first);
    heap.perform("TRANSFER", first);
    heap.perform("COMPONENT_END");
    heap.perform("TETHER_BEGIN", second);
    heap.perform("TETHER_END", second);
    expect(heap.live()).toBe(before + 3);
    heap.perform("RELEASE_HANDLE", first);
    const free = ["free", "free", "free"];
    const events = heap.taken().filter((event) => event !== "alloc");
    expect(events).toEqual([
      "component.new 0",
      "component.add 1",
      "component.add 2",
      "component.add 3",
      "handle.acquire 1",
      "transfer 0",
      "tether.begin 1",
      "tether.end 0",
      "handle.release 0",
      "component.dismantle 3",
      ...free,
    ]);
    expect(heap.live()).toBe(before);
  });

  test("O-A27: what no handle holds goes with the scope, and the account says how many cycles", () => {
    const heap = new AsapTestHeap();
    const before = heap.live();
    heap.perform("COMPONENT_BEGIN");
    ring(heap, 1, 2);
    heap.perform("COMPONENT_END");
    expect(heap.live()).toBe(before);
    const figures = new Map(heap.manager.view().figures.map(({ label, value }) => [label, value]));
    expect(figures.get("component members")).toBe("2 made, 2 freed, 1 cycles; 0 components waiting");
  });

  test("O-A28: a store from an outer component holds the inner object", () => {
    const heap = new AsapTestHeap();
    const before = heap.live();
    heap.perform("COMPONENT_BEGIN");
    const outer = heap.cons("COMPONENT", number(1), 0);
    heap.perform("COMPONENT_BEGIN");
    const inner = heap.cons("COMPONENT", number(2), 0);
    heap.setCar(outer, inner);
    heap.perform("COMPONENT_END");
    expect(heap.live()).toBe(before + 2);
    heap.perform("COMPONENT_END");
    expect(heap.live()).toBe(before);
  });

  test("O-M9: overlapping and nested cycles go as one, each object once", () => {
    const heap = new AsapTestHeap();
    const before = heap.live();
    heap.perform("COMPONENT_BEGIN");
    const outer = ring(heap, 1, 2, 3, 4);
    heap.perform("COMPONENT_BEGIN");
    const overlapping = ring(heap, 5, 6);
    heap.setCar(outer[0], overlapping[0]);
    heap.setCar(overlapping[0], outer[2] as number);
    heap.setCar(outer[1] as number, outer[1] as number);
    heap.perform("ACQUIRE", overlapping[1] as number);
    heap.perform("COMPONENT_END");
    heap.perform("COMPONENT_END");
    heap.taken();
    heap.perform("RELEASE_HANDLE", overlapping[1] as number);
    expect(heap.taken()).toEqual(["handle.release 0", "component.dismantle 6", ...Array(6).fill("free")]);
    expect(heap.manager.view().sections.find(({ label }) => label === "Components")?.size).toBe(0);
    expect(heap.live()).toBe(before);
  });

  test("what members own outside goes with them, and counted objects lose an owner", () => {
    const heap = new AsapTestHeap();
    const before = heap.live();
    const shared = heap.cons("COUNTED", number(1), 0);
    heap.perform("COMPONENT_BEGIN");
    const [first, second] = ring(heap, 1, 2);
    heap.setCar(first, heap.list("OWNED", 7, 8));
    heap.perform("RETAIN", shared);
    heap.setCar(second as number, shared);
    heap.perform("COMPONENT_END");
    expect(heap.live()).toBe(before + 1);
    heap.perform("DROP", shared);
    expect(heap.live()).toBe(before);
  });

  test("a handle or a tether that nobody has cannot be given back", () => {
    const heap = new AsapTestHeap();
    heap.perform("COMPONENT_BEGIN");
    const [first] = ring(heap, 1, 2);
    expect(() => heap.perform("RELEASE_HANDLE", first)).toThrow("on which nobody has a handle");
    expect(() => heap.perform("TETHER_END", first)).toThrow("that is not tethered");
    heap.perform("COMPONENT_END");
    expect(() => heap.perform("ACQUIRE", first)).toThrow("a handle on something that was freed");
    expect(() => heap.perform("COMPONENT_END")).toThrow("no component is open");
    expect(() => heap.cons("COMPONENT", 0, 0)).toThrow("no component is open for the next object");
  });

  test("O-M11: the view draws each cycle", () => {
    const heap = new AsapTestHeap();
    heap.perform("COMPONENT_BEGIN");
    const [first] = ring(heap, 1, 2);
    heap.cons("COMPONENT", first, 0);
    const cycles = heap.manager.view().sections.find(({ label }) => label === "Reference cycles");
    const rows = cycles?.rows(0, 10) ?? [];
    expect(rows.map(({ label, value }) => [label, value])).toEqual([["component 1", "2 objects"]]);
    const picture = rows[0]?.details[0]?.value ?? "";
    expect(picture.split("\n")).toHaveLength(5);
    expect(picture).toMatch(/^graph LR\n {2}n1\["\{.*\}#[\d,]+"\]\n {2}n1 -->\|cdr\| n2\n/);
  });
});

describe("the search for cycles (O-M9)", () => {
  test("finds the groups in which each leads to each", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 25 }), (edges) => {
        const nodes = Array.from({ length: 10 }, (_, i) => i);
        const reach = nodes.map((node) => nodes.map((other) => edges.some(([a, b]) => a === node && b === other)));
        for (const k of nodes)
          for (const i of nodes)
            for (const j of nodes) {
              const row = reach[i] as boolean[];
              row[j] ||= (row[k] as boolean) && ((reach[k] as boolean[])[j] as boolean);
            }
        const leads = (a: number, b: number) => (reach[a] as boolean[])[b] as boolean;
        const expected = nodes
          .filter((node) => leads(node, node))
          .map((node) => nodes.filter((other) => leads(node, other) && leads(other, node)));
        const found = cyclesOf(nodes, (node, visit) => {
          for (const [from, to] of edges) if (from === node) visit(to);
        });
        const text = (groups: number[][]) => [...new Set(groups.map((group) => [...group].sort().join(",")))].sort();
        expect(text(found)).toEqual(text(expected));
        expect(found.flat().length).toBe(new Set(found.flat()).size);
      }),
    );
  });

  test("follows a ring of a million objects without host recursion", () => {
    const size = 1_000_000;
    const nodes = Array.from({ length: size }, (_, i) => i);
    const found = cyclesOf(nodes, (node, visit) => visit((node + 1) % size));
    expect(found.map((group) => group.length)).toEqual([size]);
  });
});
