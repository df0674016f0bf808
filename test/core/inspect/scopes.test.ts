import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { deadImage } from "../../../core/inspect/image-view.ts";
import type { InspectNode } from "../../../core/inspect/node.ts";
import { imageScopes, scopes } from "../../../core/inspect/scopes.ts";
import { renderTree } from "../../../core/inspect/text.ts";
import { valueNode } from "../../../core/inspect/values.ts";
import { VirtualMemory } from "../../../core/memory/virtual-memory.ts";
import { CodeDirectory } from "../../../core/objects/code/code-directory.ts";
import { describeGolden } from "../../support/golden/golden.ts";
import { type OpcodeRun, opcodeRunView } from "../../support/machine/opcode-run-image.ts";

/** Opens every node down to a depth; answers how many there were. */
function openAll(node: InspectNode, depth: number): number {
  if (depth === 0) return 1;
  let nodes = 1;
  for (const child of [...node.named(), ...node.indexed(0, 12)]) nodes += openAll(child, depth - 1);
  return nodes;
}
const child = (node: InspectNode | undefined, name: string) => node?.named().find((one) => one.name === name);

describeGolden<OpcodeRun>("opcode-run.json", (run) => {
  const { view, frame } = opcodeRunView(run);
  const scope = (name: string) => scopes(view, frame).find((one) => one.name === name);
  const { L1, AL, IND, closure, newatom } = run.data as Record<string, number>;
  const node = (value: number | undefined) => valueNode(view, "it", value ?? 0);

  test("scopes come in the order of the design", () => {
    expect(scopes(view, frame).map(({ name }) => name)).toEqual([
      "Locals",
      "Registers",
      "Memory",
      "Objects",
      "Symbols",
      "Reference counts",
      "Collector",
      "Manager",
    ]);
  });

  test("opening every node changes no byte", () => {
    const digest = () => createHash("sha256").update(view.memory.bytes).digest("hex");
    const before = digest();
    let nodes = 0;
    for (const one of scopes(view, frame)) nodes += openAll(one, 4);
    expect(nodes).toBeGreaterThan(1000);
    expect(digest()).toBe(before);
  });

  test("locals have the names of the name table, and free variables are told apart", () => {
    const locals = scope("Locals")?.named() ?? [];
    expect(locals.map(({ name }) => name)).toEqual(
      "VARX VARY PVAR2 PVAR3 PVAR4 PVAR5 PVAR6 PVAR7 VARX GLOBALV NEWG".split(" ").concat("evaluation stack"),
    );
    expect(locals[0]).toMatchObject({ value: "(not set)", slot: { kind: "stack", address: frame.pvar } });
    expect(locals[9]?.value).toBe("(free variable, not looked up yet)");
  });

  test("a list shows car, cdr and its elements", () => {
    expect(renderTree(node(L1), { depth: 1 })).toEqual([
      "it  {LISTP}#62,10 (1 2 3 4 5)",
      "  car              1",
      "  cdr              {LISTP}#62,12 (2 3 4 5)",
      "  reference count  1 (no entry, main index 4)",
      "  held by          open to search the heap",
      "  keeps alive      open to search the heap",
      "  0                1",
      "  1                2",
      "  2                3",
      "  3                4",
      "  4                5",
    ]);
    expect(
      node(AL)
        .indexed(1, 2)
        .map(({ value }) => value),
    ).toEqual(["7", "{LISTP}#62,32 (BB . 22)"]);
    expect(child(node(L1), "car")?.slot).toEqual({ kind: "car", cons: L1 });
    expect(child(valueNode(view, "x", L1 ?? 0, { expression: "x" }), "cdr")?.expression).toBe("(cdr x)");
  });

  test("an indirect cons shows the pair that it stands for", () => {
    expect(child(node(IND), "car")?.value).not.toMatch(/bad/);
    expect(node(IND).value).toMatch(/^\{LISTP\}#62,104 \(/);
  });

  test("arrays of every element type show their elements", () => {
    const arrays = run.data.array1 as Record<string, number>;
    const elements = (name: string) =>
      node(arrays[name])
        .indexed(0, 6)
        .map(({ value }) => value);
    expect(elements("ptr")).toEqual(["1", "{LISTP}#62,10 (1 2 3 4 5)", "#t", "nil"]);
    expect(elements("s16")).toEqual(["1", "32767", "-32768", "-1"]);
    expect(elements("flt")).toEqual(["1.5", "-2.0"]);
    expect(elements("ch8").slice(0, 3)).toEqual(["#\\H", "#\\e", "#\\l"]);
    expect(node(arrays.ptr).indexed(1, 1)[0]?.slot).toMatchObject({ kind: "heap" });
    expect(node(arrays.xptr).indexed(0, 1)[0]?.slot).toBe(null);
    expect(node((run.data.array2 as Record<string, number>).ptr).named()[0]).toMatchObject({ value: "2 × 3" });
  });

  test("closures and symbols show what they consist of", () => {
    expect(child(node(closure), "environment")?.value).toBe("{LISTP}#62,10 (1 2 3 4 5)");
    const symbol = node(newatom);
    expect(symbol.named().map(({ value }) => value)).toEqual([
      "55",
      "#<function ADD3> 3 arguments, code at 57,660",
      "{LISTP}#62,52 (AA 1 BB 2 CC 3)",
    ]);
    expect(child(symbol, "value")?.slot).toEqual({ kind: "heap", address: (newatom ?? 0) + 2 });
    const listing = child(symbol, "definition")?.indexed(0, 3) ?? [];
    expect(listing.map(({ name, value }) => `${name} ${value}`)).toEqual(["000 IVAR0", "001 IVAR1", "002 IPLUS2"]);
  });

  test("symbols of the program come before the system's", () => {
    const [program, system] = scope("Symbols")?.named() ?? [];
    const names = (of: InspectNode | undefined) => of?.indexed(0, 500).map(({ name }) => name) ?? [];
    expect(names(program)).toContain("GLOBALV");
    expect(names(program)).not.toContain("\\RECLAIMMIN");
    expect(names(system)).toContain("\\RECLAIMMIN");
    expect(program?.indexed(0, 1)[0]?.value).toBe("77");
  });

  test("regions show their range and use", () => {
    const stack = child(scope("Memory"), "STACK");
    expect(stack?.value).toBe("#1,0…1,177777  used 558, free 64978 words: evaluation stack");
    expect(stack?.address).toBe(0x10000);
    expect(child(scope("Memory"), "HEAP2")?.type).toBe("region");
  });

  test("objects are counted by type and their instances come in pages", () => {
    const floats = child(scope("Objects"), "FLOATP");
    expect(floats?.value).toBe("256 live, 512 words");
    expect(floats?.indexed(5, 2).map(({ value }) => value)).toEqual([
      "{FLOATP}#62,40012 100000.0",
      "{FLOATP}#62,40014 -1.0",
    ]);
  });
});

describe("damaged memory", () => {
  test("pointers that lead nowhere show as bad, and nothing throws", () => {
    const view = deadImage(new VirtualMemory(8), new CodeDirectory());
    expect(valueNode(view, "x", 0x7654320).value).toBe("(bad pointer 3545,41440: outside the image)");
    expect(valueNode(view, "x", 0x300001).value).toBe("(bad pointer 60,1: odd address)");
    for (const one of imageScopes(view)) openAll(one, 3);
  });

  test("an image of random bytes can be opened everywhere", () => {
    const memory = new VirtualMemory(8);
    let x = 12345;
    for (let i = 0; i < memory.sizeBytes; i += 4) {
      x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
      memory.view.setUint32(i, x);
    }
    const view = deadImage(memory, new CodeDirectory());
    const frame = { fx: 0x1234, header: 0x2f0000, pc: 0x5e0011, ivar: 0x11000, pvar: 0x1123e };
    for (const one of scopes(view, frame)) openAll(one, 3);
    for (let i = 0; i < 2000; i++) {
      x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
      openAll(valueNode(view, "x", x & 0xfffffff), 2);
    }
  });
});
