/** Every arithmetic opcode on every pair of the recorded operands. */
import { expect, test } from "vitest";
import type { Cell, Pointer } from "../../../../../core/base/units.ts";
import { OPCODES } from "../../../../../core/isa/opcodes.ts";
import { POINTER_MASK, TYPE_FIXP, TYPE_FLOATP } from "../../../../../core/memory/layout.ts";
import { typeNumber } from "../../../../../core/objects/types.ts";
import type { Machine } from "../../../../../core/vm/machine.ts";
import type { Registers } from "../../../../../core/vm/state/machine-state.ts";
import { describeGolden } from "../../../../support/golden/golden.ts";
import { isException } from "../../../../support/golden/golden-exceptions.ts";
import { small, toyMachine } from "../../../../support/machine/toy-machine.ts";

interface Numbers {
  readonly values: readonly string[];
  readonly binary: { readonly [operation: string]: string };
  readonly unary: { readonly [operation: string]: string };
  readonly immediate: { readonly n: readonly number[]; readonly iplusn: string; readonly idifferencen: string };
  readonly lsh: { readonly a: readonly string[]; readonly b: readonly string[]; readonly r: string };
  readonly addbase: { readonly base: readonly string[]; readonly offset: readonly string[]; readonly r: string };
  readonly raw: readonly string[];
  readonly ubfloat1: { readonly [alpha: string]: string };
  readonly ubfloat2: { readonly [alpha: string]: string };
  readonly ubfloat3: {
    readonly poly: readonly (readonly [readonly string[], string, string])[];
    readonly degreeNotSmallPos: string;
    readonly alpha1: string;
  };
}

/** Operation of the file -> opcode. */
const BINARY: { readonly [operation: string]: number } = {
  plus2: 0xd4,
  iplus2: 0xd8,
  difference: 0xd5,
  idifference: 0xd9,
  times2: 0xd6,
  itimes2: 0xda,
  quotient: 0xd7,
  iquotient: 0xdb,
  iremainder: 0xdc,
  logor: 0xe4,
  logand: 0xe5,
  logxor: 0xe6,
  greaterp: 0xf3,
  igreaterp: 0xf1,
  makenumber: 0xf5,
  fplus2: 0xe8,
  fdifference: 0xe9,
  ftimes2: 0xea,
  fquotient: 0xeb,
  fgreaterp: 0xf2,
  eql: 0x3a,
  clequal: 0xcc,
  equal: 0xf4,
  clarithequal: 0xff,
  boxiplus: 0xf6,
  boxidifference: 0xf7,
};
const UNARY: { readonly [operation: string]: number } = { llsh1: 0xe0, llsh8: 0xe1, lrsh1: 0xe2, lrsh8: 0xe3 };

const HANDLER = 510;
const HANDLER_CODE = [0x10];

/** A machine that executes one opcode on given operands; all handlers are one function. */
class Bench {
  private readonly machine: Machine;
  private readonly start: Registers;
  private readonly list: Cell;

  constructor() {
    const handlers = Object.fromEntries(OPCODES.map(({ code }) => [code, [HANDLER, 1, 0] as const]));
    this.machine = toyMachine({ code: [0xfe, 0, 0], functions: { [HANDLER]: { code: HANDLER_CODE } }, handlers });
    this.start = this.machine.registers();
    this.list = this.machine.manager.cons(0, 0);
  }

  cell(token: string): Cell {
    const text = token.slice(1);
    switch (token[0]) {
      case "s":
        return small(Number(text));
      case "x":
        return this.box(TYPE_FIXP, Number(text));
      case "f":
        return this.box(TYPE_FLOATP, Number.parseInt(text, 16));
      case "u":
        return Number.parseInt(text, 16);
      case "c":
        return 0x70000 + Number(text);
      case "a":
        return Number(text);
      case "t":
        return 0x4c;
      case "l":
        return this.list;
      default:
        return 0;
    }
  }
  private box(type: number, bits: number): Cell {
    const box = this.machine.manager.allocate(type);
    this.machine.memory.setCell(box, bits);
    return box;
  }

  /** Result token of an instruction. `raw`: the result is no pointer. */
  run(bytes: readonly number[], operands: readonly Cell[], raw = false): string {
    const { machine, start } = this;
    const { memory } = machine;
    for (const [i, byte] of bytes.entries()) memory.setByte(start.pc + i, byte);
    for (const [i, operand] of operands.entries()) memory.setCell(start.csp + 2 * i, operand);
    const csp = start.csp + 2 * (operands.length - 1);
    machine.setRegisters({ ...start, csp, tos: operands[operands.length - 1] as Cell });
    const reason = machine.stepInstruction();
    const after = machine.registers();
    if (reason.kind !== "step") return `!${JSON.stringify(reason)}`;
    if (after.func !== start.func) return "UFN";
    expect(after.pc).toBe(start.pc + bytes.length);
    expect(after.csp).toBe(start.csp);
    return this.token(after.tos, operands[0] as Cell, raw);
  }

  polynomial(coefficients: readonly string[], x: string): string {
    const table = this.machine.manager.allocateBlock(coefficients.length, 0);
    for (const [i, bits] of coefficients.entries()) {
      this.machine.memory.setCell(table + 2 * i, Number.parseInt(bits, 16));
    }
    return this.run([0x32, 0], [Number.parseInt(x, 16), table, small(coefficients.length - 1)], true);
  }

  private token(cell: Cell, first: Cell, raw: boolean): string {
    const { memory } = this.machine;
    const hex = (bits: number) => bits.toString(16).padStart(8, "0");
    if (raw) return `u${hex(cell)}`;
    if (cell === 0) return "n";
    if (cell === 0x4c) return "t";
    if (cell >>> 16 === 0xe) return `s${cell & 0xffff}`;
    if (cell >>> 16 === 0xf) return `s${(cell & 0xffff) - 0x10000}`;
    const pointer: Pointer = cell & POINTER_MASK;
    const type = typeNumber(memory, pointer);
    if (type === TYPE_FIXP) return `${cell === first ? "=" : ""}x${memory.signedCell(pointer)}`;
    if (type === TYPE_FLOATP) return `f${hex(memory.cell(pointer))}`;
    return `?${hex(cell)}`;
  }
}

describeGolden<Numbers>("numbers.json", (data) => {
  /** Compares one table; rows are first operands, columns second ones. */
  function compare(
    operation: string,
    text: string,
    rows: readonly string[],
    columns: readonly (string | null)[],
    run: (bench: Bench, row: string, column: string) => string,
  ): void {
    const expected = text.split(" ");
    expect(expected.length).toBe(rows.length * columns.length);
    const bench = new Bench();
    const wrong: string[] = [];
    let index = 0;
    for (const row of rows) {
      for (const column of columns) {
        const want = expected[index++] as string;
        const entry = [operation, row, ...(column === null ? [] : [column]), want].join(" ");
        if (isException("numbers.json", entry)) continue;
        const got = run(bench, row, column ?? "");
        if (got !== want.replace("UFN*", "UFN")) wrong.push(`${entry}: got ${got}`);
      }
    }
    expect(wrong).toEqual([]);
  }

  test.each(Object.keys(data.binary))("%s", (operation) => {
    const opcode = BINARY[operation];
    if (opcode === undefined) throw new Error(`numbers.json: no opcode is known for ${operation}`);
    const text = data.binary[operation] as string;
    const { values } = data;
    compare(operation, text, values, values, (bench, a, b) => {
      const first = bench.cell(a);
      // The recording passed one object where both operands are the same value.
      return bench.run([opcode], [first, a === b ? first : bench.cell(b)]);
    });
  });

  test.each(Object.keys(data.unary))("%s", (operation) => {
    const opcode = UNARY[operation] as number;
    compare(operation, data.unary[operation] as string, data.values, [null], (bench, a) =>
      bench.run([opcode], [bench.cell(a)]),
    );
  });

  test.each([
    ["iplusn", 0xdd],
    ["idifferencen", 0xde],
  ] as const)("%s", (operation, opcode) => {
    const columns = data.immediate.n.map(String);
    compare(operation, data.immediate[operation], data.values, columns, (bench, a, n) =>
      bench.run([opcode, Number(n)], [bench.cell(a)]),
    );
  });

  test("lsh", () => {
    compare("lsh", data.lsh.r, data.lsh.a, data.lsh.b, (bench, a, b) =>
      bench.run([0xe7], [bench.cell(a), bench.cell(b)]),
    );
  });

  test("addbase", () => {
    compare("addbase", data.addbase.r, data.addbase.base, data.addbase.offset, (bench, a, b) =>
      bench.run([0xd0], [bench.cell(a), bench.cell(b)], true),
    );
  });

  test.each(Object.keys(data.ubfloat1))("ubfloat1 %s", (alpha) => {
    const takesNumber = alpha === "1";
    const givesRaw = alpha === "1" || alpha === "2" || alpha === "3";
    const rows = takesNumber ? data.values : data.raw;
    compare("ubfloat1", data.ubfloat1[alpha] as string, rows, [null], (bench, a) =>
      bench.run([0xed, Number(alpha)], [bench.cell(a)], givesRaw),
    );
  });

  test.each(Object.keys(data.ubfloat2))("ubfloat2 %s", (alpha) => {
    compare("ubfloat2", data.ubfloat2[alpha] as string, data.raw, data.raw, (bench, a, b) =>
      bench.run([0xec, Number(alpha)], [bench.cell(a), bench.cell(b)], true),
    );
  });

  test("ubfloat3 evaluates polynomials", () => {
    for (const [coefficients, x, want] of data.ubfloat3.poly) {
      const bench = new Bench();
      expect(bench.polynomial(coefficients, x)).toBe(want);
    }
    const bench = new Bench();
    expect(bench.run([0x32, 0], [0, bench.cell("l"), small(-1)])).toBe(data.ubfloat3.degreeNotSmallPos);
    expect(bench.run([0x32, 1], [0, bench.cell("l"), small(1)])).toBe(data.ubfloat3.alpha1);
  });
});
