/**
 * Host calls (SUBRCALL): number, argument count; the arguments are on the stack, the result takes their place. Ours are listed here, those of the
 * reference VM in `subrs/table.ts`. Source: instruction specification, section 2.12, and `isa/subrs.ts` for our own numbers.
 */
import type { ByteAddress } from "../base/units.ts";
import { MAIKO_SUBRS } from "../isa/maiko-subrs.ts";
import { FIRST_OWN_SUBR, SUBR, SUBR_NAMES } from "../isa/subrs.ts";
import { NIL } from "../memory/layout.ts";
import { signalNumber } from "./faults.ts";
import { makeInteger } from "./image/datum.ts";
import { ATTENTION_COLLECT, ATTENTION_END, type Processor } from "./processor.ts";
import { Arguments, type Subr } from "./subrs/arguments.ts";
import * as memory from "./subrs/memory/memory.ts";
import { memoryOperation } from "./subrs/memory/memory-operations.ts";
import { recordOperation } from "./subrs/records.ts";
import { MOST_ARGUMENTS } from "./subrs/state.ts";
import * as system from "./subrs/system.ts";
import { ABSENT, BY_MACHINE, HOST_CALL_BY_NUMBER } from "./subrs/table.ts";
import * as text from "./subrs/text/text.ts";
import * as values from "./subrs/values.ts";

/** Status of a program that ends in a way that names none. */
const STATUS_FAILURE = 1;

const error: Subr = (m, args) => signalNumber(m.memory, args.pointer(0) & 0xffff, args.all().slice(1));

/** Our own. */
const OWN: ReadonlyMap<number, Subr | typeof BY_MACHINE> = new Map<number, Subr | typeof BY_MACHINE>([
  [SUBR.DISPLAY, text.display],
  [SUBR.WRITE, text.write],
  [SUBR.NEWLINE, text.newline],
  [SUBR.PRINT, text.print],
  [SUBR.ERROR, error],
  [SUBR.PEEK, memory.peek],
  [SUBR.POKE, memory.poke],
  [SUBR.GC, BY_MACHINE],
  [SUBR.REFCOUNT, memory.referenceCount],
  [SUBR.ADDRESS_OF, memory.addressOf],
  [SUBR.MAKE_VECTOR, values.makeVectorSubr],
  [SUBR.MAKE_STRING, text.makeStringSubr],
  [SUBR.STRING_APPEND, text.stringAppend],
  [SUBR.SUBSTRING, text.substring],
  [SUBR.NUMBER_TO_STRING, text.numberToString],
  [SUBR.STRING_TO_NUMBER, text.stringToNumber],
  [SUBR.STRING_EQUAL, text.stringEqual],
  [SUBR.STRING_LESS, text.stringLess],
  [SUBR.STRING_TO_SYMBOL, text.stringToSymbol],
  [SUBR.SYMBOL_TO_STRING, text.symbolToString],
  [SUBR.EQUAL, values.equal],
  [SUBR.REGION, memory.region],
  [SUBR.VECTOR_LENGTH, values.vectorLength],
  [SUBR.TRUNCATE, values.truncate],
  [SUBR.VECTOR, values.vector],
  [SUBR.CHECK_BOUND, values.checkBound],
  [SUBR.MAKE_CLOSURE, values.makeClosure],
  [SUBR.PLAN, memory.plan],
  [SUBR.RUNTIME, system.runtime],
  [SUBR.EXIT, BY_MACHINE],
  [SUBR.MEMORY, memoryOperation],
  [SUBR.RECORD, recordOperation],
]);

const known = (number: number) => OWN.get(number) ?? HOST_CALL_BY_NUMBER.get(number) ?? ABSENT;

/** Every number that a program may call. */
export function isSubr(number: number): boolean {
  return known(number) !== ABSENT;
}

export function callSubr(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const number = m.memory.bytes[pc + 1] as number;
  const count = m.memory.bytes[pc + 2] as number;
  m.memory.view.setInt32(csp, tos);
  const top = csp + 4 - 4 * count;
  const subr = known(number);
  if (subr === ABSENT) absent(m, number);
  m.site = pc;
  const args = new Arguments(m, top, count, number < FIRST_OWN_SUBR ? leftOver(m, number, top, count) : null);
  // A memory manager may scan the stack now: it ends behind the arguments.
  m.next(pc, csp, tos);
  if (subr === BY_MACHINE) control(m, number, args, pc, csp, tos, top);
  else m.next(pc + 3, top, subr(m, args) ?? tos);
}

/** @throws {VmFault} always: the reference VM stops in its own debugger here */
function absent(m: Processor, number: number): never {
  const name = SUBR_NAMES.get(number);
  const what = `host call ${number} (${number.toString(8)}Q${name === undefined ? "" : `, ${name}`})`;
  return m.fault("InvalidOpcode", `${what} ${name === undefined ? "does not exist" : "is not part of this machine"}`);
}

/** Puts the arguments of a call of the reference VM into its argument array. A call without arguments leaves NIL in the first place. */
function leftOver(m: Processor, number: number, top: ByteAddress, count: number): Int32Array {
  const { args } = m.hostCalls;
  if (count > MOST_ARGUMENTS) {
    m.fault("InvalidOpcode", `host call ${number} with ${count} arguments: at most ${MOST_ARGUMENTS} are possible`);
  }
  args[0] = NIL;
  for (let i = 0; i < count; i++) args[i] = m.cell(top + 4 * i);
  return args;
}

function control(
  m: Processor,
  number: number,
  args: Arguments,
  pc: ByteAddress,
  csp: ByteAddress,
  tos: number,
  top: ByteAddress,
): void {
  if (number === SUBR.GC || number === MAIKO_SUBRS.DORECLAIM) {
    const report = m.collected;
    if (report === undefined) {
      // The machine runs the collection with its stops, standing before this call, and executes the call again.
      m.attention |= ATTENTION_COLLECT;
      m.next(pc, csp, tos);
      return;
    }
    m.collected = undefined;
    if (number === SUBR.GC) m.next(pc + 3, top, makeInteger(m, report?.freedObjects ?? 0));
    else {
      // The reference VM leaves one cell more than other calls: the copy of TOS that its collector pushed (collection specification, 7.1 step 8).
      m.memory.view.setInt32(top, tos);
      m.next(pc + 3, top + 4, NIL);
    }
    return;
  }
  m.ended = { kind: "finished", status: number === SUBR.EXIT ? (args.number(0) ?? 0) : finishStatus(args) };
  m.attention |= ATTENTION_END;
  m.next(pc, csp, tos);
}

/** LISPFINISH (fast, status) */
function finishStatus(args: Arguments): number {
  if (args.count < 2 || (args.count === 2 && args.pointer(1) === NIL)) return 0;
  return args.count > 2 ? STATUS_FAILURE : (args.number(1) ?? STATUS_FAILURE);
}
