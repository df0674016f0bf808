import { describe, expect, test } from "vitest";
import type { CodeBlock, Fixup } from "../../../../core/isa/code-block.ts";
import { OPCODE_BY_NAME } from "../../../../core/isa/opcodes.ts";
import { MANAGERS } from "../../../../core/managers/catalog.ts";
import { ARRAY_BASE } from "../../../../core/memory/layout.ts";
import { eachBlock } from "../../../../core/objects/arrays/blocks.ts";
import { FULL_WRITE, printValue } from "../../../../core/objects/printer.ts";
import { findSymbol, valueCell } from "../../../../core/objects/symbols.ts";
import { buildImage } from "../../../../core/vm/image/build-image.ts";
import { quietPorts } from "../../../../core/vm/ports.ts";
import { digest } from "../../../../core/vm/state/digest.ts";

type Instruction = readonly [name: string, ...operands: number[]];

/** A block without variables from named instructions; a literal is given after its opcode by `literals`, in order. */
function block(name: string, code: readonly Instruction[], literals: readonly Fixup["literal"][] = []): CodeBlock {
  const bytes: number[] = [];
  const fixups: Fixup[] = [];
  for (const [mnemonic, ...operands] of code) {
    const opcode = OPCODE_BY_NAME.get(mnemonic);
    if (opcode === undefined) throw new RangeError(mnemonic);
    bytes.push(opcode.code);
    const isLiteral = opcode.operands.some(({ kind }) => kind === "pointer" || kind === "atom");
    if (isLiteral) fixups.push({ offset: bytes.length, literal: literals[fixups.length] as Fixup["literal"] });
    bytes.push(...(isLiteral ? [0, 0, 0, 0] : operands));
  }
  return {
    name,
    argumentCount: 0,
    requiredCount: 0,
    localCount: 0,
    freeNames: [],
    boundNames: [],
    maxDepth: 8,
    bytes: Uint8Array.from(bytes),
    fixups,
    variables: [],
    source: [],
    isClosure: false,
    isLibrary: false,
  };
}

const interpreter = block("interpreter", [["'NIL"], ["RETURN"]]);

function machineFor(manager: (typeof MANAGERS)[number], code: CodeBlock) {
  return buildImage(
    { blocks: [code], entries: [0], definitions: [], types: [] },
    {
      heapMB: 1,
      manager,
      managerOptions: {},
      ports: quietPorts(),
      path: "test.cons",
      handlers: new Map(),
      interpreter,
    },
  );
}

describe.each(MANAGERS)("an image built for $traits.name", (manager) => {
  test("runs its entries and ends", () => {
    const code = block(
      "entry",
      [["SIC", 2], ["SIC", 3], ["IPLUS2"], ["GVAR_"], ["RETURN"]],
      [{ kind: "symbol", name: "sum" }],
    );
    const machine = machineFor(manager, code);
    machine.boot();
    expect(machine.run(1000)).toEqual({ kind: "finished", status: 0 });
    const symbol = findSymbol(machine.memory, "sum") ?? 0;
    expect(machine.memory.cell(valueCell(symbol))).toBe(0xe0005);
  });

  test("tiles array space with blocks", () => {
    const machine = machineFor(manager, interpreter);
    const end = machine.memory.pointer(valueCell(findSymbol(machine.memory, "\\ArrayFrLst") ?? 0));
    let at = ARRAY_BASE;
    eachBlock(machine.memory, ARRAY_BASE, end, (found) => {
      expect(found.header).toBe(at);
      at += 2 * found.cells;
    });
    expect(at).toBe(end);
  });

  test("is the same image every time", () => {
    const code = block("entry", [["GCONST"], ["RETURN"]], [{ kind: "datum", datum: { kind: "string", text: "text" } }]);
    expect(digest(machineFor(manager, code))).toBe(digest(machineFor(manager, code)));
  });

  test("holds constants of every kind", () => {
    const datum = {
      kind: "pair",
      car: { kind: "integer", value: 100_000 },
      cdr: {
        kind: "pair",
        car: {
          kind: "vector",
          items: [
            { kind: "float", value: 1.5 },
            { kind: "character", code: 97 },
          ],
        },
        cdr: { kind: "pair", car: { kind: "string", text: 'a"b' }, cdr: { kind: "symbol", name: "tail" } },
      },
    } as const;
    const literals = [
      { kind: "datum", datum },
      { kind: "symbol", name: "constant" },
    ] as const;
    const machine = machineFor(manager, block("entry", [["GCONST"], ["GVAR_"], ["RETURN"]], literals));
    machine.boot();
    machine.run(1000);
    const value = machine.memory.pointer(valueCell(findSymbol(machine.memory, "constant") ?? 0));
    expect(printValue(machine.memory, value, FULL_WRITE)).toBe('(100000 #(1.5 #\\a) "a\\"b" . tail)');
  });
});
