/**
 * Each of the 256 opcodes, once with operands that it takes and once with operands that it cannot take: it executes, or calls the handler that the Lisp
 * system has for it, with as many arguments and operand bytes as that expects. What each computes is the business of the golden tests.
 */
import { describe, expect, test } from "vitest";
import type { Cell, Pointer } from "../../../../core/base/units.ts";
import { OPCODES, type Opcode, type OperandKind } from "../../../../core/isa/opcodes.ts";
import { managerFactory } from "../../../../core/managers/catalog.ts";
import type { ManagerFactory } from "../../../../core/managers/contract.ts";
import { ATOM_WORDS, ATOMS_BASE, UFN_TABLE_BASE } from "../../../../core/memory/layout.ts";
import { CodeDirectory } from "../../../../core/objects/code/code-directory.ts";
import { Machine } from "../../../../core/vm/machine.ts";
import { quietPorts } from "../../../../core/vm/ports.ts";
import { describeGolden } from "../../../support/golden/golden.ts";
import { type OpcodeRun, opcodeRunMemory } from "../../../support/machine/opcode-run-image.ts";
import { small } from "../../../support/machine/toy-machine.ts";

/** Operand bytes that mean something, by kind. */
const OPERANDS: { readonly [kind in OperandKind]: readonly number[] } = {
  atom: [0, 0, 1, 0x34],
  pointer: [0, 0x32, 0, 8],
  smallPos: [0x12, 0x34],
  smallNeg: [0x12],
  ivarWordOffset: [0],
  pvarWordOffset: [0],
  fvarWordOffset: [0],
  wordOffset: [2],
  fieldDescriptor: [0x43],
  jump: [0, 4],
  argCount: [1],
  typeNumber: [5],
  typeMask: [0x10],
  cellSelector: [12],
  gcOp: [0],
  bindCounts: [0x11],
  bindLast: [1],
  unwindDepth: [0x60],
  keepFlag: [0],
  keyStart: [1],
  restSkip: [9],
  popCount: [0],
  stackWordOffset: [2],
  subOp: [0],
  subrNumber: [7],
};

/** Items of the image. */
interface Items {
  readonly list: Pointer;
  readonly alist: Pointer;
  readonly plist: Pointer;
  readonly fixp: Pointer;
  readonly float: Pointer;
  readonly array1: Pointer;
  readonly array2: Pointer;
  readonly closure: Pointer;
  readonly stream: Pointer;
  readonly memory: Pointer;
  readonly id: Pointer;
  readonly code: Pointer;
  readonly listType: Pointer;
}

/** Opcodes that need operands of their own: stack from the deepest to the top, and operand bytes where the usual ones do not do. */
const WORKING: { readonly [name: string]: (items: Items) => { stack?: readonly Cell[]; bytes?: readonly number[] } } = {
  APPLYFN: ({ id }) => ({ stack: [small(3), small(1), id] }),
  "CHECKAPPLY*": ({ id }) => ({ stack: [id] }),
  ENVCALL: ({ code }) => ({ stack: [small(3), small(1), code, 0] }),
  UNBIND: () => ({ stack: [0xfffe0000, small(1), small(2)] }),
  DUNBIND: () => ({ stack: [0xfffe0000, small(1), small(2)] }),
  UNWIND: () => ({ stack: [small(1), small(2), small(3)], bytes: [3, 0] }),
  DTEST: ({ list, listType }) => ({ stack: [list], bytes: [0, 0, listType >> 8, listType & 255] }),
  TYPECHECK: ({ list, listType }) => ({ stack: [list], bytes: [0, 0, listType >> 8, listType & 255] }),
  CAR: ({ list }) => ({ stack: [list] }),
  CDR: ({ list }) => ({ stack: [list] }),
  ASSOC: ({ alist }) => ({ stack: [small(1), alist] }),
  CMLASSOC: ({ alist }) => ({ stack: [small(1), alist] }),
  FMEMB: ({ list }) => ({ stack: [small(1), list] }),
  CMLMEMBER: ({ list }) => ({ stack: [small(1), list] }),
  LISTGET: ({ plist }) => ({ stack: [plist, small(1)] }),
  RPLACA: ({ list }) => ({ stack: [list, small(1)] }),
  RPLACD: ({ list }) => ({ stack: [list, 0] }),
  RPLCONS: ({ list }) => ({ stack: [list, small(1)] }),
  CREATECELL: () => ({ stack: [small(2)] }),
  BIN: ({ stream }) => ({ stack: [stream] }),
  EVAL: ({ float }) => ({ stack: [float] }),
  ARG0: () => ({ stack: [small(1)] }),
  "ATOMCELL.N": ({ id }) => ({ stack: [id] }),
  AREF1: ({ array1 }) => ({ stack: [array1, small(0)] }),
  ASET1: ({ array1 }) => ({ stack: [small(1), array1, small(0)] }),
  AREF2: ({ array2 }) => ({ stack: [array2, small(0), small(0)] }),
  ASET2: ({ array2 }) => ({ stack: [small(1), array2, small(0), small(0)] }),
  MISC3: ({ memory }) => ({ stack: [memory, small(3), small(0)], bytes: [9] }),
  MISC4: ({ memory }) => ({ stack: [small(1), memory, small(3), small(0)], bytes: [7] }),
  MISC7: ({ memory }) => ({ stack: [memory, ...[0, 0, 2, 0, 1, 0].map(small)], bytes: [1] }),
  MISCN: () => ({ stack: [small(1)], bytes: [12, 1] }),
  DRAWLINE: ({ memory }) => ({ stack: [memory, ...[0, 2, 1, 1, 0, 1, 2, 2].map(small)] }),
  PILOTBITBLT: () => ({ stack: [EMPTY_TABLE, 0] }),
  RCLK: ({ fixp }) => ({ stack: [fixp] }),
  BLT: ({ memory }) => ({ stack: [memory, memory, small(0)] }),
  "RPLPTR.N": ({ memory }) => ({ stack: [memory, small(1)] }),
  "PUTBASE.N": ({ memory }) => ({ stack: [memory, small(1)] }),
  "PUTBASEPTR.N": ({ memory }) => ({ stack: [memory, small(1)] }),
  "PUTBITS.N.FD": ({ memory }) => ({ stack: [memory, small(1)] }),
  PUTBASEBYTE: ({ memory }) => ({ stack: [memory, small(1), small(1)] }),
  GETBASEBYTE: ({ memory }) => ({ stack: [memory, small(1)] }),
  BOXIPLUS: ({ fixp }) => ({ stack: [fixp, small(1)] }),
  BOXIDIFFERENCE: ({ fixp }) => ({ stack: [fixp, small(1)] }),
  UBFLOAT1: ({ float }) => ({ stack: [float], bytes: [1] }),
  UBFLOAT2: () => ({ stack: [0x3f800000, 0x3f800000] }),
  UBFLOAT3: ({ memory }) => ({ stack: [0x3f800000, memory, small(0)] }),
};

/** Opcodes that the machine finishes itself also when their operands are a stream and a closure, by the column "traps" of the tables. */
const NEVER_FAILING = new Set(
  `LISTP NTYPX TYPEP ASSOC FN0 FN1 FN2 FN3 FN4 FNX BIND UNBIND DUNBIND RPLPTR.N GCREF GVAR_ CONS FINDKEY RESTLIST
   STKSCAN TYPEMASK.N STORE.N COPY.N IVARX PVARX FVARX PVARX_ GVAR IVARX_ FVARX_ COPY MYARGCOUNT MYALINK ACONST 'NIL 'T '0
   '1 SIC SNIC SICX GCONST RCLK GCSCAN1 GCSCAN2 SUBRCALL JUMPX JUMPXX FJUMPX TJUMPX NFJUMPX NTJUMPX POP POP.N INSTANCEP
   GETBASE.N GETBASEPTR.N GETBITS.N.FD PUTBASEPTR.N VAG2 HILOC LOLOC EQ EQL SWAP NOP PILOTBITBLT`
    .split(/\s+/)
    .concat(["IVAR", "PVAR", "FVAR", "PVAR_", "PVAR_^"].flatMap((name) => [0, 1, 2, 3, 4, 5, 6].map((k) => name + k)))
    .concat(["JUMP", "FJUMP", "TJUMP"].flatMap((name) => Array.from({ length: 16 }, (_, k) => name + k))),
);
/** Where these lead to depends on frames: tests of calls, returns, arguments and contexts cover them. */
const ELSEWHERE = new Set(["RETURN", "CONTEXTSWITCH", "ARG0"]);

const HANDLER_ATOM = 305;
/** Zeros: a table for a transfer of nothing. */
const EMPTY_TABLE = 0x120000;
/** No opcode has this sub-opcode. */
const FOREIGN_SUB_OP = 0x63;

describeGolden<OpcodeRun>("opcode-run.json", (data) => {
  const memory = opcodeRunMemory(data);
  const handler = data.functions["UFN-CATCH"]?.addr as number;
  // A handler that takes any number of arguments.
  memory.setWord(handler + 1, 0xffff);
  for (const { code, ufn } of OPCODES) {
    const entry = (HANDLER_ATOM << 16) | ((ufn?.extraBytes ?? 0) << 8) | (ufn?.args ?? 0);
    memory.setCell(UFN_TABLE_BASE + 2 * code, entry);
  }
  expect(memory.pointer(ATOMS_BASE + ATOM_WORDS * HANDLER_ATOM + 4)).toBe(handler);
  const machine = new Machine({
    memory,
    ports: quietPorts(),
    manager: managerFactory("refcount") as ManagerFactory,
    managerOptions: {},
    code: new CodeDirectory(),
  });
  machine.boot();
  const start = { ...machine.registers(), pc: 2 * data.mainCode };
  const at = (name: string, kind?: string): number => {
    const found = data.data[name] as number | { [kind: string]: number };
    return typeof found === "number" ? found : (found[kind ?? ""] as number);
  };
  const items: Items = {
    list: at("L1"),
    alist: at("AL"),
    plist: at("PL"),
    fixp: at("FIXP", "100000"),
    float: at("FLOATP", "1.0"),
    array1: at("array1", "u8"),
    array2: at("array2", "u8"),
    closure: at("closure"),
    stream: at("stream"),
    memory: at("mem"),
    id: data.atoms.ID as number,
    code: data.functions.ID?.addr as number,
    listType: data.atoms.LISTP as number,
  };

  const usualBytes = (opcode: Opcode) =>
    opcode.operands.flatMap(({ kind, bytes }) => (OPERANDS[kind] ?? []).slice(-bytes));

  type Outcome = "done" | "handler" | `stopped: ${string}`;
  /** Executes an opcode on a stack; looks at the stack effect, or at the arguments of the handler. */
  function outcome(opcode: Opcode, bytes: readonly number[], stack: readonly Cell[]): Outcome {
    for (const [i, byte] of [opcode.code, ...bytes].entries()) memory.setByte(start.pc + i, byte);
    expect(bytes.length, "operand bytes").toBe(opcode.operandBytes);
    for (const [i, cell] of stack.entries()) memory.setCell(start.csp + 2 * i, cell);
    const csp = start.csp + 2 * (stack.length - 1);
    machine.setRegisters({ ...start, csp, tos: stack.at(-1) as Cell });
    const reason = machine.stepInstruction();
    if (reason.kind === "failed") return `stopped: ${reason.message}`;
    expect(reason.kind).toBe("step");
    const after = machine.registers();
    if (after.func === handler) {
      checkHandlerCall(opcode, bytes, stack);
      return "handler";
    }
    if (after.func === start.func && typeof opcode.stackDelta === "number") {
      expect(after.csp - csp, "change of the stack").toBe(2 * opcode.stackDelta);
      if (opcode.family !== "jump") expect(after.pc).toBe(start.pc + 1 + opcode.operandBytes);
    }
    return "done";
  }

  function checkHandlerCall({ ufn }: Opcode, bytes: readonly number[], stack: readonly Cell[]): void {
    const { ivar, pvar } = machine.registers();
    const args = ufn?.args ?? 0;
    const extra = ufn?.extraBytes ?? 0;
    expect((pvar - 12 - ivar) / 2, "arguments").toBe(args);
    const given = Array.from({ length: args }, (_, i) => memory.cell(ivar + 2 * i));
    const onStack = stack.slice(stack.length - (extra > 0 ? args - 1 : args));
    expect(given.slice(0, onStack.length)).toEqual(onStack.map((cell) => cell >>> 0));
    if (extra > 0) {
      const value = bytes.slice(0, extra).reduce((sum, byte) => 256 * sum + byte, 0);
      expect(given.at(-1), "operand").toBe(value > 0xffff ? value : small(value));
    }
    // The caller goes on behind the operand bytes that were passed.
    expect(memory.word(start.pvar - 5)).toBe(start.pc - 2 * start.func + 1 + extra);
  }

  test.each(OPCODES.map((opcode) => [opcode.name, opcode] as const))("%s", (name, opcode) => {
    const foreign = Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? items.stream : items.closure));
    const foreignBytes =
      opcode.operands[0]?.kind === "subOp" ? usualBytes(opcode).fill(FOREIGN_SUB_OP, 0, 1) : usualBytes(opcode);
    const special = WORKING[name]?.(items);
    const working = [...Array<Cell>(10).fill(small(1)), ...(special?.stack ?? [small(3), small(1)])];
    if (ELSEWHERE.has(name)) return;
    const withForeign = outcome(opcode, foreignBytes, foreign);
    if (!opcode.isNative) {
      expect(withForeign).toBe("handler");
      expect(outcome(opcode, usualBytes(opcode), working)).toBe("handler");
      return;
    }
    expect(outcome(opcode, special?.bytes ?? usualBytes(opcode), working)).toBe("done");
    expect(withForeign).toBe(NEVER_FAILING.has(name) ? "done" : "handler");
  });
});

describe("the table of this test", () => {
  test("names opcodes that there are", () => {
    const names = new Set(OPCODES.map(({ name }) => name));
    for (const name of [...Object.keys(WORKING), ...NEVER_FAILING, ...ELSEWHERE])
      expect(names.has(name), name).toBe(true);
  });
});
