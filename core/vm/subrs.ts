/**
 * Host calls (SUBRCALL): number, argument count; the arguments are on the stack, the result takes their place.
 * Source: instruction specification, section 2.12, and `isa/subrs.ts` for our own numbers.
 */
import type { ByteAddress } from "../base/units.ts";
import { SUBR } from "../isa/subrs.ts";
import { NIL } from "../memory/layout.ts";
import { integerValue } from "../objects/numbers.ts";
import { signalNumber } from "./faults.ts";
import { makeInteger } from "./image/datum.ts";
import { ATTENTION_COLLECT, ATTENTION_END, type Processor } from "./processor.ts";
import { Arguments, type Subr } from "./subrs/arguments.ts";
import * as memory from "./subrs/memory.ts";
import * as system from "./subrs/system.ts";
import * as text from "./subrs/text.ts";
import * as values from "./subrs/values.ts";

const LISP_FINISH_OLD = 90;

const error: Subr = (m, args) => signalNumber(m.memory, args.pointer(0) & 0xffff, args.all().slice(1));

/** Calls that need nothing but their arguments. */
const SUBRS: ReadonlyMap<number, Subr> = new Map<number, Subr>([
  [7, system.answerT], // CHECKBCPLPASSWORD
  [9, system.writeCharacter],
  [15, system.answerNil], // RAID
  [19, system.keepTop], // SHOWDISPLAY
  [20, system.keepTop], // PUPLEVEL1STATE
  [45, system.answerNil], // COM-GETFREEBLOCK
  [48, system.answerNil], // SETUNIXTIME
  [52, system.answerNil], // UNIX-FULLNAME
  [56, system.answerT], // ETHER-SUSPEND
  [57, system.answerT], // ETHER-RESUME
  [58, system.answerNil], // ETHER-AVAILABLE
  [59, system.answerNil], // ETHER-RESET
  [60, system.answerNil], // ETHER-GET
  [61, system.answerNil], // ETHER-SEND
  [62, system.answerNil], // ETHER-SETFILTER
  [63, system.answerNil], // ETHER-CHECK
  [64, system.keepTop], // DSPCURSOR
  [65, system.keepTop], // SETMOUSEXY
  [66, system.answerNil], // DSP-VIDEOCOLOR
  [67, system.screenWidth],
  [68, system.screenHeight],
  [80, system.keepTop], // KEYBOARDBEEP
  [81, system.keepTop], // KEYBOARDMAP
  [82, system.keepTop], // KEYBOARDSTATE
  [91, system.newPage],
  [96, system.disableCollector],
  [117, system.answerNil], // UNIX-HANDLECOMM
  [120, system.answerNil], // MESSAGE-READP
  [121, system.answerNil], // MESSAGE-READ
  [128, system.keepTop], // MONITOR-CONTROL
  [131, system.answerNil], // GET-NATIVE-ADDR-FROM-LISP-PTR
  [132, system.answerNil], // GET-LISP-PTR-FROM-NATIVE-ADDR
  [134, system.answerT], // SUSPEND-LISP
  [146, system.causeInterrupt],
  [203, system.answerNil], // CHAR-IOCTL
  [210, system.answerT], // YIELD
  [SUBR.DISPLAY, text.display],
  [SUBR.WRITE, text.write],
  [SUBR.NEWLINE, text.newline],
  [SUBR.PRINT, text.print],
  [SUBR.ERROR, error],
  [SUBR.PEEK, memory.peek],
  [SUBR.POKE, memory.poke],
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
  [SUBR.RUNTIME, system.runtime],
]);

/** Every number that a program may call. */
export function isSubr(number: number): boolean {
  return SUBRS.has(number) || isControl(number);
}

/** Calls that end the program, or run a collection: the machine does these. */
function isControl(number: number): boolean {
  return number === SUBR.LISPFINISH || number === LISP_FINISH_OLD || number === SUBR.DORECLAIM || number === SUBR.GC;
}

export function callSubr(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const number = m.memory.bytes[pc + 1] as number;
  const count = m.memory.bytes[pc + 2] as number;
  m.memory.view.setInt32(csp, tos);
  const top = csp + 4 - 4 * count;
  const args = new Arguments(m, top, count);
  if (isControl(number)) {
    control(m, number, args, pc, csp, tos, top);
    return;
  }
  const subr = SUBRS.get(number);
  if (subr === undefined) m.fault("InvalidOpcode", `host call ${number} (${number.toString(8)}Q) does not exist`, null);
  m.next(pc + 3, top, subr(m, args) ?? tos);
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
  if (number === SUBR.GC || number === SUBR.DORECLAIM) {
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
  const status = args.pointer(args.count === 2 ? 1 : 0);
  m.ended = { kind: "finished", status: integerValue(m.memory, status) ?? 0 };
  m.attention |= ATTENTION_END;
  m.next(pc, csp, tos);
}
