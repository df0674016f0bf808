/** Speed of the interpreter. Measured on the bundle: under the test runner the loop is many times slower. */
import { small, type ToyProgram, toyMachine } from "../support/machine/toy-machine.ts";
import { type BenchRow, secondsOf, speed } from "./row.ts";

/** Counts PVAR0 down from PVAR1 times 60000: two loops, seven opcodes a turn. */
const tightLoop: ToyProgram = {
  pv: 1,
  code: [
    // outer: PVAR1 := 1000
    ...[0x6e, 0x03, 0xe8, 0xb9],
    // inner: PVAR0 := 60000
    ...[0x6e, 0xea, 0x60, 0xb8],
    // L: PVAR0 '1 IDIFFERENCE PVAR_0 '0 IGREATERP TJUMPX L
    ...[0x48, 0x6b, 0xd9, 0x58, 0x6a, 0xf1, 0xb3, 0xfa],
    // PVAR1 '1 IDIFFERENCE PVAR_1 '0 IGREATERP TJUMPX inner
    ...[0x49, 0x6b, 0xd9, 0x59, 0x6a, 0xf1, 0xb3, 0xee],
    ...[0x7d, 13, 0],
  ],
};
const TIGHT_LOOP_OPCODES = 1000 * 60000 * 7;

const FIB = 500;
const FIB_OPERAND = [0, 0, FIB >> 8, FIB & 0xff];
/** (fib n): n < 2 gives n, else the sum of the two before. */
const fibonacci: ToyProgram = {
  code: [0x6c, 34, 0x09, ...FIB_OPERAND, 0x7d, 13, 0],
  functions: {
    [FIB]: {
      na: 1,
      code: [
        // '2 IVAR0 IGREATERP FJUMPX L; IVAR0 RETURN
        ...[0x6c, 2, 0x40, 0xf1, 0x92, 0x40, 0x10, 0xfe],
        // L: IVAR0 '1 IDIFFERENCE FN1 fib IVAR0 '2 IDIFFERENCE FN1 fib IPLUS2 RETURN
        ...[0x40, 0x6b, 0xd9, 0x09, ...FIB_OPERAND, 0x40, 0x6c, 2, 0xd9, 0x09, ...FIB_OPERAND, 0xd8, 0x10],
      ],
    },
  },
};

function fibonacciCalls(n: number): { calls: number; leaves: number } {
  let [calls, leaves] = [1, 1];
  let [beforeCalls, beforeLeaves] = [1, 1];
  for (let i = 2; i <= n; i++) {
    [calls, beforeCalls] = [calls + beforeCalls + 1, calls];
    [leaves, beforeLeaves] = [leaves + beforeLeaves, leaves];
  }
  return { calls, leaves };
}

/** Opcodes of (fib n): a leaf executes 6, any other call 14. */
function fibonacciOpcodes(n: number): number {
  const { calls, leaves } = fibonacciCalls(n);
  return 6 * leaves + 14 * (calls - leaves);
}

/** Each round runs a machine of its own from the start to the end of the program. */
function opcodesPerSecond(program: ToyProgram, opcodes: number): { readonly value: number; readonly best: number } {
  return speed(opcodes, () => {
    const machine = toyMachine(program);
    return secondsOf(() => {
      const reason = machine.run(1e9);
      if (reason.kind !== "finished") throw new Error(`the benchmark stopped: ${JSON.stringify(reason)}`);
    });
  });
}

export function rows(): BenchRow[] {
  return [
    {
      name: "bytecode, tight loop",
      ...opcodesPerSecond(tightLoop, TIGHT_LOOP_OPCODES),
      unit: "million opcodes/s",
      target: 200,
    },
    {
      name: "bytecode, recursive Fibonacci",
      ...opcodesPerSecond(fibonacci, fibonacciOpcodes(34)),
      unit: "million opcodes/s",
      target: 150,
    },
  ];
}

/** The value that the Fibonacci program must leave, so that a test can hold the benchmark to it. */
export const FIBONACCI = { program: fibonacci, opcodes: fibonacciOpcodes, result: small };
