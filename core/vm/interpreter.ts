/**
 * The fast loop: executes instructions until the safepoint budget is used up, PC reaches `stop`, or something needs attention.
 * One `switch` with literal labels, registers in local variables: bodies that are longer stand in `ops/`. A test compares labels and names
 * with `isa/opcodes.ts`. Source: instruction specification, sections 2.10 and 3.
 *
 * `continue` goes on with the next instruction. `break` is for opcodes that called a function with the registers: it takes them back from the
 * processor and looks whether something happened. A safepoint stands behind every transfer of control: PC is already the target then.
 *
 * Calls look whether the frame fits, and long jumps, without which there is no loop, whether the evaluation stack does.
 *
 * PVAR, IVAR and FUNC are in the processor as well at any time, because opcode functions look at them; calls and returns change both.
 *
 * Small integers: `x ^ 0x10000` maps the immediates of -65536 … 65535 in order onto 0xE0000 … 0xFFFFF, so sums and comparisons need no decoding.
 */
import type { ByteAddress } from "../base/units.ts";
import { bind, dropUnbind, unbind, unwind } from "./ops/binding.ts";
import { applyFunction, callUncompiled, environmentCall, punt } from "./ops/calls.ts";
import { readByte, readClock } from "./ops/devices.ts";
import { miscellaneous } from "./ops/escape.ts";
import { bitBlockTransfer, bitmapPoint, drawLine } from "./ops/graphics.ts";
import { countReference, createCell, scanForGarbage, scanForMarks } from "./ops/memory/allocation.ts";
import { arrayRef1, arrayRef2, arraySet1, arraySet2, rawRead, rawWrite } from "./ops/memory/arrays.ts";
import {
  addBase,
  atomCell,
  copyWords,
  getBits,
  getByte,
  putBits,
  putByte,
  putPointer,
  putWord,
  replacePointer,
} from "./ops/memory/bases.ts";
import { assoc, cons, listGet, member, replaceCar, replaceCdr, replaceCons } from "./ops/memory/lists.ts";
import {
  addToBox,
  difference,
  greater,
  integerDifference,
  integerGreater,
  integerPlus,
  integerPlusByte,
  integerQuotient,
  integerRemainder,
  integerTimes,
  logAnd,
  logOr,
  logXor,
  makeNumber,
  plus,
  quotient,
  shift,
  shiftLeft,
  shiftRight,
  times,
} from "./ops/numbers/arithmetic.ts";
import { clEqual, eql, equal, numericEqual } from "./ops/numbers/compare.ts";
import {
  floatDifference,
  floatGreater,
  floatPlus,
  floatQuotient,
  floatTimes,
  unboxedFloat1,
  unboxedFloat2,
  unboxedFloat3,
} from "./ops/numbers/floats.ts";
import { slowReturn, switchContext } from "./ops/returns.ts";
import { instancePredicate, typeTest } from "./ops/types.ts";
import {
  accessLink,
  argument,
  argumentCount,
  assignFree,
  assignGlobal,
  checkApply,
  evaluate,
  findKey,
  pushFree,
  restList,
  scanStack,
} from "./ops/variables.ts";
import { ATTENTION_TRANSFER, type Processor } from "./processor.ts";
import { makeRoom, makeRoomToPush } from "./stack/room.ts";
import { callSubr } from "./subrs.ts";

const T = 0x4c;
const POINTER_MASK = 0x0fffffff;
const SMALL_POSITIVE = 0xe0000;
// Byte addresses of tables.
const STACK = 0x20000;
const TYPE_TABLE = 0x300000;
const ATOMS = 0x580000;
// Byte offsets from PVAR0 in the frame extension below it.
const FX_ALINK = -18;
const FX_HEADER = -16;
const FX_NEXT_AND_PC = -12;
const FX_PC = -10;
const BF_IVAR = -22;
/** Bytes that a function leaves free below the end of its stack, as its header says (`STK_SAFE`): code that goes on pushing has gone wild. */
const PUSH_MARGIN = 64;

/**
 * Runs from the registers of the processor, and leaves them there. On return exactly one of these holds: `budget` is 0, `attention` is not 0, PC is `stop`.
 *
 * @throws what an opcode function throws; the registers then stand before the instruction that did it
 */
export function execute(m: Processor, stop: ByteAddress): void {
  const view = m.memory.view;
  let pc = m.pc;
  let csp = m.csp;
  let tos = m.tos;
  let pvar = m.pvar;
  let ivar = m.ivar;
  let func = m.func;
  let budget = m.budget;
  let limit = m.esp - PUSH_MARGIN;
  try {
    loop: while (pc !== stop) {
      const opcode = view.getUint8(pc);
      switch (opcode) {
        case 0x01: // CAR
          if ((view.getUint16(TYPE_TABLE + ((tos >>> 8) & 0x7fffe)) & 0x7ff) === 5) {
            const cell = view.getInt32((tos & POINTER_MASK) << 1);
            tos = (cell >>> 28 === 0 ? view.getInt32((cell & POINTER_MASK) << 1) : cell) & POINTER_MASK;
          } else if (tos !== 0 && tos !== T) {
            punt(m, pc, csp, tos);
            break;
          }
          pc += 1;
          continue;
        case 0x02: // CDR
          if ((view.getUint16(TYPE_TABLE + ((tos >>> 8) & 0x7fffe)) & 0x7ff) === 5) {
            let base = tos & POINTER_MASK;
            let cell = view.getInt32(base << 1);
            if (cell >>> 28 === 0) {
              base = cell & POINTER_MASK;
              cell = view.getInt32(base << 1);
            }
            const code = cell >>> 28;
            if (code > 8) tos = base + 2 * (code - 8);
            else if (code === 8) tos = 0;
            else tos = view.getInt32((base + 2 * code) << 1) & POINTER_MASK;
          } else if (tos !== 0) {
            punt(m, pc, csp, tos);
            break;
          }
          pc += 1;
          continue;
        case 0x03: // LISTP
          if ((view.getUint16(TYPE_TABLE + ((tos >>> 8) & 0x7fffe)) & 0x7ff) !== 5) tos = 0;
          pc += 1;
          continue;
        case 0x04: // NTYPX
          tos = SMALL_POSITIVE | (view.getUint16(TYPE_TABLE + ((tos >>> 8) & 0x7fffe)) & 0x7ff);
          pc += 1;
          continue;
        case 0x05: // TYPEP
          if ((view.getUint16(TYPE_TABLE + ((tos >>> 8) & 0x7fffe)) & 0x7ff) !== view.getUint8(pc + 1)) tos = 0;
          pc += 2;
          continue;
        case 0x06: // DTEST
          typeTest(m, pc, csp, tos);
          break;
        case 0x07: // UNWIND
          unwind(m, pc, csp, tos);
          break;
        case 0x08: // FN0
        case 0x09: // FN1
        case 0x0a: // FN2
        case 0x0b: // FN3
        case 0x0c: {
          // FN4
          const count = opcode - 8;
          const atom = view.getInt32(pc + 1);
          const definition = view.getInt32(
            (atom & 0x0fff0000) === 0 ? ATOMS + 20 * atom + 8 : ((atom & POINTER_MASK) << 1) + 8,
          );
          if (definition >= 0) {
            callUncompiled(m, pc, csp, tos, atom, count, 5);
            break;
          }
          const header = (definition & POINTER_MASK) << 1;
          const needs = view.getInt32(header);
          const shape = view.getInt32(header + 4);
          if (csp > m.esp - 2 * (needs >>> 16)) {
            makeRoom(m, pc, csp, tos, header);
            break;
          }
          const first = csp + 4 - 4 * count;
          const callerPvar = pvar;
          view.setInt32(pvar + FX_NEXT_AND_PC, ((first >> 1) << 16) | ((pc + 5 - func) & 0xffff));
          view.setInt32(csp, tos);
          csp += 4;
          const wanted = (needs << 16) >> 16;
          if (wanted !== count && wanted >= 0) {
            for (let i = count; i < wanted; i++) {
              view.setInt32(csp, 0);
              csp += 4;
            }
            if (wanted < count) csp -= 4 * (count - wanted);
          }
          view.setInt32(csp, 0x80000000 | ((first >> 1) & 0xffff));
          view.setInt32(csp + 4, 0xc0000000 | ((callerPvar >> 1) & 0xffff));
          view.setInt32(csp + 8, header >> 1);
          csp += 24;
          pvar = csp;
          ivar = first;
          for (let pairs = shape >> 16; pairs >= 0; pairs--) {
            view.setInt32(csp, -1);
            view.setInt32(csp + 4, -1);
            csp += 8;
          }
          csp += 4;
          func = header;
          m.pvar = pvar;
          m.ivar = ivar;
          m.func = func;
          pc = header + (shape & 0xffff);
          if (--budget === 0) break loop;
          continue;
        }
        case 0x0d: {
          // FNX
          const count = view.getUint8(pc + 1);
          const atom = view.getInt32(pc + 2);
          const definition = view.getInt32(
            (atom & 0x0fff0000) === 0 ? ATOMS + 20 * atom + 8 : ((atom & POINTER_MASK) << 1) + 8,
          );
          if (definition >= 0) {
            callUncompiled(m, pc, csp, tos, atom, count, 6);
            break;
          }
          const header = (definition & POINTER_MASK) << 1;
          const needs = view.getInt32(header);
          const shape = view.getInt32(header + 4);
          if (csp > m.esp - 2 * (needs >>> 16)) {
            makeRoom(m, pc, csp, tos, header);
            break;
          }
          const first = csp + 4 - 4 * count;
          const callerPvar = pvar;
          view.setInt32(pvar + FX_NEXT_AND_PC, ((first >> 1) << 16) | ((pc + 6 - func) & 0xffff));
          view.setInt32(csp, tos);
          csp += 4;
          const wanted = (needs << 16) >> 16;
          if (wanted !== count && wanted >= 0) {
            for (let i = count; i < wanted; i++) {
              view.setInt32(csp, 0);
              csp += 4;
            }
            if (wanted < count) csp -= 4 * (count - wanted);
          }
          view.setInt32(csp, 0x80000000 | ((first >> 1) & 0xffff));
          view.setInt32(csp + 4, 0xc0000000 | ((callerPvar >> 1) & 0xffff));
          view.setInt32(csp + 8, header >> 1);
          csp += 24;
          pvar = csp;
          ivar = first;
          for (let pairs = shape >> 16; pairs >= 0; pairs--) {
            view.setInt32(csp, -1);
            view.setInt32(csp + 4, -1);
            csp += 8;
          }
          csp += 4;
          func = header;
          m.pvar = pvar;
          m.ivar = ivar;
          m.func = func;
          pc = header + (shape & 0xffff);
          if (--budget === 0) break loop;
          continue;
        }
        case 0x0e: // APPLYFN
          applyFunction(m, pc, csp, tos);
          break;
        case 0x0f: // CHECKAPPLY*
          checkApply(m, pc, csp, tos);
          break;
        case 0x10: {
          // RETURN
          const alink = view.getUint16(pvar + FX_ALINK);
          if ((alink & 1) !== 0) {
            slowReturn(m, pc, csp, tos);
            break;
          }
          csp = ivar;
          pvar = STACK + 2 * alink;
          ivar = STACK + 2 * view.getUint16(pvar + BF_IVAR);
          func = (view.getInt32(pvar + FX_HEADER) & POINTER_MASK) << 1;
          m.pvar = pvar;
          m.ivar = ivar;
          m.func = func;
          pc = func + view.getUint16(pvar + FX_PC);
          if (--budget === 0) break loop;
          continue;
        }
        case 0x11: // BIND
          bind(m, pc, csp, tos);
          break;
        case 0x12: // UNBIND
          unbind(m, pc, csp, tos);
          break;
        case 0x13: // DUNBIND
          dropUnbind(m, pc, csp, tos);
          break;
        case 0x14: // RPLPTR.N
          replacePointer(m, pc, csp, tos);
          break;
        case 0x15: // GCREF
          countReference(m, pc, csp, tos);
          break;
        case 0x16: // ASSOC
          assoc(m, pc, csp, tos, false);
          break;
        case 0x17: // GVAR_
          assignGlobal(m, pc, csp, tos);
          break;
        case 0x18: // RPLACA
          replaceCar(m, pc, csp, tos);
          break;
        case 0x19: // RPLACD
          replaceCdr(m, pc, csp, tos);
          break;
        case 0x1a: // CONS
          cons(m, pc, csp, tos);
          break;
        case 0x1b: // CMLASSOC
          assoc(m, pc, csp, tos, true);
          break;
        case 0x1c: // FMEMB
          member(m, pc, csp, tos, false);
          break;
        case 0x1d: // CMLMEMBER
          member(m, pc, csp, tos, true);
          break;
        case 0x1e: // FINDKEY
          findKey(m, pc, csp, tos);
          break;
        case 0x1f: // CREATECELL
          createCell(m, pc, csp, tos);
          break;
        case 0x20: // BIN
          readByte(m, pc, csp, tos);
          break;
        case 0x23: // RESTLIST
          restList(m, pc, csp, tos);
          break;
        case 0x24: // MISCN
          miscellaneous(m, pc, csp, tos);
          break;
        case 0x26: // RPLCONS
          replaceCons(m, pc, csp, tos);
          break;
        case 0x27: // LISTGET
          listGet(m, pc, csp, tos);
          break;
        case 0x2c: // EVAL
          evaluate(m, pc, csp, tos);
          break;
        case 0x2d: // ENVCALL
          environmentCall(m, pc, csp, tos);
          break;
        case 0x2e: // TYPECHECK
          typeTest(m, pc, csp, tos);
          break;
        case 0x2f: // STKSCAN
          scanStack(m, pc, csp, tos);
          break;
        case 0x32: // UBFLOAT3
          unboxedFloat3(m, pc, csp, tos);
          break;
        case 0x33: // TYPEMASK.N
          if ((view.getUint16(TYPE_TABLE + ((tos >>> 8) & 0x7fffe)) & (view.getUint8(pc + 1) << 8)) === 0) tos = 0;
          pc += 2;
          continue;
        case 0x38: // MISC7
          bitmapPoint(m, pc, csp, tos);
          break;
        case 0x3a: // EQL
          eql(m, pc, csp, tos);
          break;
        case 0x3b: // DRAWLINE
          drawLine(m, pc, csp, tos);
          break;
        case 0x3c: // STORE.N
          view.setInt32(csp - 4 - 2 * view.getUint8(pc + 1), tos);
          pc += 2;
          continue;
        case 0x3d: // COPY.N
          view.setInt32(csp, tos);
          tos = view.getInt32(csp - 2 * view.getUint8(pc + 1));
          csp += 4;
          pc += 2;
          continue;
        case 0x40: // IVAR0
          view.setInt32(csp, tos);
          csp += 4;
          tos = view.getInt32(ivar);
          pc += 1;
          continue;
        case 0x41: // IVAR1
          view.setInt32(csp, tos);
          csp += 4;
          tos = view.getInt32(ivar + 4);
          pc += 1;
          continue;
        case 0x42: // IVAR2
          view.setInt32(csp, tos);
          csp += 4;
          tos = view.getInt32(ivar + 8);
          pc += 1;
          continue;
        case 0x43: // IVAR3
          view.setInt32(csp, tos);
          csp += 4;
          tos = view.getInt32(ivar + 12);
          pc += 1;
          continue;
        case 0x44: // IVAR4
          view.setInt32(csp, tos);
          csp += 4;
          tos = view.getInt32(ivar + 16);
          pc += 1;
          continue;
        case 0x45: // IVAR5
          view.setInt32(csp, tos);
          csp += 4;
          tos = view.getInt32(ivar + 20);
          pc += 1;
          continue;
        case 0x46: // IVAR6
          view.setInt32(csp, tos);
          csp += 4;
          tos = view.getInt32(ivar + 24);
          pc += 1;
          continue;
        case 0x47: // IVARX
          view.setInt32(csp, tos);
          csp += 4;
          tos = view.getInt32(ivar + 2 * view.getUint8(pc + 1));
          pc += 2;
          continue;
        case 0x48: // PVAR0
          view.setInt32(csp, tos);
          csp += 4;
          tos = view.getInt32(pvar);
          pc += 1;
          continue;
        case 0x49: // PVAR1
          view.setInt32(csp, tos);
          csp += 4;
          tos = view.getInt32(pvar + 4);
          pc += 1;
          continue;
        case 0x4a: // PVAR2
          view.setInt32(csp, tos);
          csp += 4;
          tos = view.getInt32(pvar + 8);
          pc += 1;
          continue;
        case 0x4b: // PVAR3
          view.setInt32(csp, tos);
          csp += 4;
          tos = view.getInt32(pvar + 12);
          pc += 1;
          continue;
        case 0x4c: // PVAR4
          view.setInt32(csp, tos);
          csp += 4;
          tos = view.getInt32(pvar + 16);
          pc += 1;
          continue;
        case 0x4d: // PVAR5
          view.setInt32(csp, tos);
          csp += 4;
          tos = view.getInt32(pvar + 20);
          pc += 1;
          continue;
        case 0x4e: // PVAR6
          view.setInt32(csp, tos);
          csp += 4;
          tos = view.getInt32(pvar + 24);
          pc += 1;
          continue;
        case 0x4f: // PVARX
          view.setInt32(csp, tos);
          csp += 4;
          tos = view.getInt32(pvar + 2 * view.getUint8(pc + 1));
          pc += 2;
          continue;
        case 0x50: // FVAR0
        case 0x51: // FVAR1
        case 0x52: // FVAR2
        case 0x53: // FVAR3
        case 0x54: // FVAR4
        case 0x55: // FVAR5
        case 0x56: {
          // FVAR6
          const at = pvar + 4 * (opcode - 0x50);
          const slot = view.getInt32(at);
          if ((slot & 0x10000) !== 0) {
            pushFree(m, pc, csp, tos, at);
            break;
          }
          view.setInt32(csp, tos);
          csp += 4;
          tos = view.getInt32((((slot & 0x0fff) << 16) | (slot >>> 16)) << 1);
          pc += 1;
          continue;
        }
        case 0x57: {
          // FVARX
          const at = pvar + 2 * view.getUint8(pc + 1);
          const slot = view.getInt32(at);
          if ((slot & 0x10000) !== 0) {
            pushFree(m, pc, csp, tos, at);
            break;
          }
          view.setInt32(csp, tos);
          csp += 4;
          tos = view.getInt32((((slot & 0x0fff) << 16) | (slot >>> 16)) << 1);
          pc += 2;
          continue;
        }
        case 0x58: // PVAR_0
          view.setInt32(pvar, tos);
          pc += 1;
          continue;
        case 0x59: // PVAR_1
          view.setInt32(pvar + 4, tos);
          pc += 1;
          continue;
        case 0x5a: // PVAR_2
          view.setInt32(pvar + 8, tos);
          pc += 1;
          continue;
        case 0x5b: // PVAR_3
          view.setInt32(pvar + 12, tos);
          pc += 1;
          continue;
        case 0x5c: // PVAR_4
          view.setInt32(pvar + 16, tos);
          pc += 1;
          continue;
        case 0x5d: // PVAR_5
          view.setInt32(pvar + 20, tos);
          pc += 1;
          continue;
        case 0x5e: // PVAR_6
          view.setInt32(pvar + 24, tos);
          pc += 1;
          continue;
        case 0x5f: // PVARX_
          view.setInt32(pvar + 2 * view.getUint8(pc + 1), tos);
          pc += 2;
          continue;
        case 0x60: {
          // GVAR
          const atom = view.getInt32(pc + 1);
          view.setInt32(csp, tos);
          csp += 4;
          tos = view.getInt32((atom & 0x0fff0000) === 0 ? ATOMS + 20 * atom + 4 : ((atom & POINTER_MASK) << 1) + 4);
          pc += 5;
          continue;
        }
        case 0x61: // ARG0
          argument(m, pc, csp, tos);
          break;
        case 0x62: // IVARX_
          view.setInt32(ivar + 2 * view.getUint8(pc + 1), tos);
          pc += 2;
          continue;
        case 0x63: // FVARX_
          assignFree(m, pc, csp, tos);
          break;
        case 0x64: // COPY
          view.setInt32(csp, tos);
          csp += 4;
          pc += 1;
          continue;
        case 0x65: // MYARGCOUNT
          argumentCount(m, pc, csp, tos);
          break;
        case 0x66: // MYALINK
          accessLink(m, pc, csp, tos);
          break;
        case 0x67: // ACONST
        case 0x6f: // GCONST
          view.setInt32(csp, tos);
          csp += 4;
          tos = view.getInt32(pc + 1);
          pc += 5;
          continue;
        case 0x68: // 'NIL
          view.setInt32(csp, tos);
          csp += 4;
          tos = 0;
          pc += 1;
          continue;
        case 0x69: // 'T
          view.setInt32(csp, tos);
          csp += 4;
          tos = T;
          pc += 1;
          continue;
        case 0x6a: // '0
          view.setInt32(csp, tos);
          csp += 4;
          tos = SMALL_POSITIVE;
          pc += 1;
          continue;
        case 0x6b: // '1
          view.setInt32(csp, tos);
          csp += 4;
          tos = SMALL_POSITIVE | 1;
          pc += 1;
          continue;
        case 0x6c: // SIC
          view.setInt32(csp, tos);
          csp += 4;
          tos = SMALL_POSITIVE | view.getUint8(pc + 1);
          pc += 2;
          continue;
        case 0x6d: // SNIC
          view.setInt32(csp, tos);
          csp += 4;
          tos = 0xfff00 | view.getUint8(pc + 1);
          pc += 2;
          continue;
        case 0x6e: // SICX
          view.setInt32(csp, tos);
          csp += 4;
          tos = SMALL_POSITIVE | view.getUint16(pc + 1);
          pc += 3;
          continue;
        case 0x76: // PILOTBITBLT
          bitBlockTransfer(m, pc, csp);
          break;
        case 0x77: // RCLK
          readClock(m, pc, csp, tos);
          break;
        case 0x7b: // GCSCAN1
          scanForGarbage(m, pc, csp, tos);
          break;
        case 0x7c: // GCSCAN2
          scanForMarks(m, pc, csp, tos);
          break;
        case 0x7d: // SUBRCALL
          callSubr(m, pc, csp, tos);
          break;
        case 0x7e: // CONTEXTSWITCH
          switchContext(m, pc, csp, tos);
          break;
        case 0x80: // JUMP0
        case 0x81: // JUMP1
        case 0x82: // JUMP2
        case 0x83: // JUMP3
        case 0x84: // JUMP4
        case 0x85: // JUMP5
        case 0x86: // JUMP6
        case 0x87: // JUMP7
        case 0x88: // JUMP8
        case 0x89: // JUMP9
        case 0x8a: // JUMP10
        case 0x8b: // JUMP11
        case 0x8c: // JUMP12
        case 0x8d: // JUMP13
        case 0x8e: // JUMP14
        case 0x8f: // JUMP15
          pc += opcode - 0x7e;
          if (--budget === 0) break loop;
          continue;
        case 0x90: // FJUMP0
        case 0x91: // FJUMP1
        case 0x92: // FJUMP2
        case 0x93: // FJUMP3
        case 0x94: // FJUMP4
        case 0x95: // FJUMP5
        case 0x96: // FJUMP6
        case 0x97: // FJUMP7
        case 0x98: // FJUMP8
        case 0x99: // FJUMP9
        case 0x9a: // FJUMP10
        case 0x9b: // FJUMP11
        case 0x9c: // FJUMP12
        case 0x9d: // FJUMP13
        case 0x9e: // FJUMP14
        case 0x9f: {
          // FJUMP15
          const value = tos;
          csp -= 4;
          tos = view.getInt32(csp);
          if (value === 0) {
            pc += opcode - 0x8e;
            if (--budget === 0) break loop;
          } else pc += 1;
          continue;
        }
        case 0xa0: // TJUMP0
        case 0xa1: // TJUMP1
        case 0xa2: // TJUMP2
        case 0xa3: // TJUMP3
        case 0xa4: // TJUMP4
        case 0xa5: // TJUMP5
        case 0xa6: // TJUMP6
        case 0xa7: // TJUMP7
        case 0xa8: // TJUMP8
        case 0xa9: // TJUMP9
        case 0xaa: // TJUMP10
        case 0xab: // TJUMP11
        case 0xac: // TJUMP12
        case 0xad: // TJUMP13
        case 0xae: // TJUMP14
        case 0xaf: {
          // TJUMP15
          const value = tos;
          csp -= 4;
          tos = view.getInt32(csp);
          if (value !== 0) {
            pc += opcode - 0x9e;
            if (--budget === 0) break loop;
          } else pc += 1;
          continue;
        }
        case 0xb0: // JUMPX
          if (csp > limit) {
            makeRoomToPush(m, pc, csp, tos);
            break;
          }
          pc += view.getInt8(pc + 1);
          if (--budget === 0) break loop;
          continue;
        case 0xb1: // JUMPXX
          if (csp > limit) {
            makeRoomToPush(m, pc, csp, tos);
            break;
          }
          pc += view.getInt16(pc + 1);
          if (--budget === 0) break loop;
          continue;
        case 0xb2: {
          // FJUMPX
          if (csp > limit) {
            makeRoomToPush(m, pc, csp, tos);
            break;
          }
          const value = tos;
          csp -= 4;
          tos = view.getInt32(csp);
          if (value === 0) {
            pc += view.getInt8(pc + 1);
            if (--budget === 0) break loop;
          } else pc += 2;
          continue;
        }
        case 0xb3: {
          // TJUMPX
          if (csp > limit) {
            makeRoomToPush(m, pc, csp, tos);
            break;
          }
          const value = tos;
          csp -= 4;
          tos = view.getInt32(csp);
          if (value !== 0) {
            pc += view.getInt8(pc + 1);
            if (--budget === 0) break loop;
          } else pc += 2;
          continue;
        }
        case 0xb4: // NFJUMPX
          if (csp > limit) {
            makeRoomToPush(m, pc, csp, tos);
            break;
          }
          if (tos === 0) {
            pc += view.getInt8(pc + 1);
            if (--budget === 0) break loop;
          } else {
            csp -= 4;
            tos = view.getInt32(csp);
            pc += 2;
          }
          continue;
        case 0xb5: // NTJUMPX
          if (csp > limit) {
            makeRoomToPush(m, pc, csp, tos);
            break;
          }
          if (tos !== 0) {
            pc += view.getInt8(pc + 1);
            if (--budget === 0) break loop;
          } else {
            csp -= 4;
            tos = view.getInt32(csp);
            pc += 2;
          }
          continue;
        case 0xb6: // AREF1
          arrayRef1(m, pc, csp, tos);
          break;
        case 0xb7: // ASET1
          arraySet1(m, pc, csp, tos);
          break;
        case 0xb8: // PVAR_^0
          view.setInt32(pvar, tos);
          csp -= 4;
          tos = view.getInt32(csp);
          pc += 1;
          continue;
        case 0xb9: // PVAR_^1
          view.setInt32(pvar + 4, tos);
          csp -= 4;
          tos = view.getInt32(csp);
          pc += 1;
          continue;
        case 0xba: // PVAR_^2
          view.setInt32(pvar + 8, tos);
          csp -= 4;
          tos = view.getInt32(csp);
          pc += 1;
          continue;
        case 0xbb: // PVAR_^3
          view.setInt32(pvar + 12, tos);
          csp -= 4;
          tos = view.getInt32(csp);
          pc += 1;
          continue;
        case 0xbc: // PVAR_^4
          view.setInt32(pvar + 16, tos);
          csp -= 4;
          tos = view.getInt32(csp);
          pc += 1;
          continue;
        case 0xbd: // PVAR_^5
          view.setInt32(pvar + 20, tos);
          csp -= 4;
          tos = view.getInt32(csp);
          pc += 1;
          continue;
        case 0xbe: // PVAR_^6
          view.setInt32(pvar + 24, tos);
          csp -= 4;
          tos = view.getInt32(csp);
          pc += 1;
          continue;
        case 0xbf: // POP
          csp -= 4;
          tos = view.getInt32(csp);
          pc += 1;
          continue;
        case 0xc0: // POP.N
          csp -= 4 * (view.getUint8(pc + 1) + 1);
          tos = view.getInt32(csp);
          pc += 2;
          continue;
        case 0xc1: // ATOMCELL.N
          atomCell(m, pc, csp, tos);
          break;
        case 0xc2: // GETBASEBYTE
          getByte(m, pc, csp, tos);
          break;
        case 0xc3: // INSTANCEP
          instancePredicate(m, pc, csp, tos);
          break;
        case 0xc4: // BLT
          copyWords(m, pc, csp, tos);
          break;
        case 0xc7: // PUTBASEBYTE
          putByte(m, pc, csp, tos);
          break;
        case 0xc8: // GETBASE.N
          tos = SMALL_POSITIVE | view.getUint16(((tos & POINTER_MASK) + view.getUint8(pc + 1)) << 1);
          pc += 2;
          continue;
        case 0xc9: // GETBASEPTR.N
          tos = view.getInt32(((tos & POINTER_MASK) + view.getUint8(pc + 1)) << 1) & POINTER_MASK;
          pc += 2;
          continue;
        case 0xca: // GETBITS.N.FD
          getBits(m, pc, csp, tos);
          break;
        case 0xcc: // CMLEQUAL
          clEqual(m, pc, csp, tos);
          break;
        case 0xcd: // PUTBASE.N
          putWord(m, pc, csp, tos);
          break;
        case 0xce: // PUTBASEPTR.N
          putPointer(m, pc, csp, tos);
          break;
        case 0xcf: // PUTBITS.N.FD
          putBits(m, pc, csp, tos);
          break;
        case 0xd0: // ADDBASE
          addBase(m, pc, csp, tos);
          break;
        case 0xd1: // VAG2
          csp -= 4;
          tos = (view.getInt32(csp) << 16) | (tos & 0xffff);
          pc += 1;
          continue;
        case 0xd2: // HILOC
          tos = SMALL_POSITIVE | (tos >>> 16);
          pc += 1;
          continue;
        case 0xd3: // LOLOC
          tos = SMALL_POSITIVE | (tos & 0xffff);
          pc += 1;
          continue;
        case 0xd4: {
          // PLUS2
          const a = view.getInt32(csp - 4);
          if (a >>> 17 === 7 && tos >>> 17 === 7) {
            const sum = (a ^ 0x10000) + (tos ^ 0x10000) - 0xf0000;
            if (sum >>> 17 === 7) {
              csp -= 4;
              tos = sum ^ 0x10000;
              pc += 1;
              continue;
            }
          }
          plus(m, pc, csp, tos);
          break;
        }
        case 0xd5: {
          // DIFFERENCE
          const a = view.getInt32(csp - 4);
          if (a >>> 17 === 7 && tos >>> 17 === 7) {
            const sum = (a ^ 0x10000) - (tos ^ 0x10000) + 0xf0000;
            if (sum >>> 17 === 7) {
              csp -= 4;
              tos = sum ^ 0x10000;
              pc += 1;
              continue;
            }
          }
          difference(m, pc, csp, tos);
          break;
        }
        case 0xd6: // TIMES2
          times(m, pc, csp, tos);
          break;
        case 0xd7: // QUOTIENT
          quotient(m, pc, csp, tos);
          break;
        case 0xd8: {
          // IPLUS2
          const a = view.getInt32(csp - 4);
          if (a >>> 17 === 7 && tos >>> 17 === 7) {
            const sum = (a ^ 0x10000) + (tos ^ 0x10000) - 0xf0000;
            if (sum >>> 17 === 7) {
              csp -= 4;
              tos = sum ^ 0x10000;
              pc += 1;
              continue;
            }
          }
          integerPlus(m, pc, csp, tos);
          break;
        }
        case 0xd9: {
          // IDIFFERENCE
          const a = view.getInt32(csp - 4);
          if (a >>> 17 === 7 && tos >>> 17 === 7) {
            const sum = (a ^ 0x10000) - (tos ^ 0x10000) + 0xf0000;
            if (sum >>> 17 === 7) {
              csp -= 4;
              tos = sum ^ 0x10000;
              pc += 1;
              continue;
            }
          }
          integerDifference(m, pc, csp, tos);
          break;
        }
        case 0xda: // ITIMES2
          integerTimes(m, pc, csp, tos);
          break;
        case 0xdb: // IQUOTIENT
          integerQuotient(m, pc, csp, tos);
          break;
        case 0xdc: // IREMAINDER
          integerRemainder(m, pc, csp, tos);
          break;
        case 0xdd: // IPLUS.N
          integerPlusByte(m, pc, csp, tos, view.getUint8(pc + 1));
          break;
        case 0xde: // IDIFFERENCE.N
          integerPlusByte(m, pc, csp, tos, -view.getUint8(pc + 1));
          break;
        case 0xe0: // LLSH1
          shiftLeft(m, pc, csp, tos, 1);
          break;
        case 0xe1: // LLSH8
          shiftLeft(m, pc, csp, tos, 8);
          break;
        case 0xe2: // LRSH1
          shiftRight(m, pc, csp, tos, 1);
          break;
        case 0xe3: // LRSH8
          shiftRight(m, pc, csp, tos, 8);
          break;
        case 0xe4: // LOGOR2
          logOr(m, pc, csp, tos);
          break;
        case 0xe5: // LOGAND2
          logAnd(m, pc, csp, tos);
          break;
        case 0xe6: // LOGXOR2
          logXor(m, pc, csp, tos);
          break;
        case 0xe7: // LSH
          shift(m, pc, csp, tos);
          break;
        case 0xe8: // FPLUS2
          floatPlus(m, pc, csp, tos);
          break;
        case 0xe9: // FDIFFERENCE
          floatDifference(m, pc, csp, tos);
          break;
        case 0xea: // FTIMES2
          floatTimes(m, pc, csp, tos);
          break;
        case 0xeb: // FQUOTIENT
          floatQuotient(m, pc, csp, tos);
          break;
        case 0xec: // UBFLOAT2
          unboxedFloat2(m, pc, csp, tos);
          break;
        case 0xed: // UBFLOAT1
          unboxedFloat1(m, pc, csp, tos);
          break;
        case 0xee: // AREF2
          arrayRef2(m, pc, csp, tos);
          break;
        case 0xef: // ASET2
          arraySet2(m, pc, csp, tos);
          break;
        case 0xf0: // EQ
          csp -= 4;
          tos = view.getInt32(csp) === tos ? T : 0;
          pc += 1;
          continue;
        case 0xf1: {
          // IGREATERP
          const a = view.getInt32(csp - 4);
          if (a >>> 17 === 7 && tos >>> 17 === 7) {
            csp -= 4;
            tos = (a ^ 0x10000) > (tos ^ 0x10000) ? T : 0;
            pc += 1;
            continue;
          }
          integerGreater(m, pc, csp, tos);
          break;
        }
        case 0xf2: // FGREATERP
          floatGreater(m, pc, csp, tos);
          break;
        case 0xf3: {
          // GREATERP
          const a = view.getInt32(csp - 4);
          if (a >>> 17 === 7 && tos >>> 17 === 7) {
            csp -= 4;
            tos = (a ^ 0x10000) > (tos ^ 0x10000) ? T : 0;
            pc += 1;
            continue;
          }
          greater(m, pc, csp, tos);
          break;
        }
        case 0xf4: // EQUAL
          equal(m, pc, csp, tos);
          break;
        case 0xf5: // MAKENUMBER
          makeNumber(m, pc, csp, tos);
          break;
        case 0xf6: // BOXIPLUS
          addToBox(m, pc, csp, tos, 1);
          break;
        case 0xf7: // BOXIDIFFERENCE
          addToBox(m, pc, csp, tos, -1);
          break;
        case 0xfa: // MISC3
          rawRead(m, pc, csp, tos);
          break;
        case 0xfb: // MISC4
          rawWrite(m, pc, csp, tos);
          break;
        case 0xfd: {
          // SWAP
          const a = view.getInt32(csp - 4);
          view.setInt32(csp - 4, tos);
          tos = a;
          pc += 1;
          continue;
        }
        case 0xfe: // NOP
          pc += 1;
          continue;
        case 0xff: // =
          numericEqual(m, pc, csp, tos);
          break;
        // The rest always calls its handler.
        case 0x00: // -X-
        case 0x21: // BOUT
        case 0x22: // POPDISP
        case 0x25: // unused-37
        case 0x28: // unused-40
        case 0x29: // unused-41
        case 0x2a: // unused-42
        case 0x2b: // unused-43
        case 0x30: // BUSBLT
        case 0x31: // MISC8
        case 0x34: // RDPROLOGPTR
        case 0x35: // RDPROLOGTAG
        case 0x36: // WRTPTR&TAG
        case 0x37: // WRTPTR&0TAG
        case 0x39: // DOVEMISC
        case 0x3e: // RAID
        case 0x3f: // \RETURN
        case 0x70: // unused-112
        case 0x71: // READFLAGS
        case 0x72: // READRP
        case 0x73: // WRITEMAP
        case 0x74: // READPRINTERPORT
        case 0x75: // WRITEPRINTERPORT
        case 0x78: // MISC1
        case 0x79: // MISC2
        case 0x7a: // RECLAIMCELL
        case 0x7f: // RETCALL
        case 0xc5: // MISC10
        case 0xc6: // P-MISC2
        case 0xcb: // unused-203
        case 0xdf: // BASE-<
        case 0xf8: // FLOATBLT
        case 0xf9: // FFTSTEP
        case 0xfc: // UPCTRACE
          punt(m, pc, csp, tos);
          break;
      }
      const site = pc;
      pc = m.pc;
      csp = m.csp;
      tos = m.tos;
      pvar = m.pvar;
      ivar = m.ivar;
      func = m.func;
      limit = m.esp - PUSH_MARGIN;
      if (m.attention !== 0) {
        if (m.attention !== ATTENTION_TRANSFER) {
          m.site = site;
          break;
        }
        m.attention = 0;
        if (--budget === 0) break;
      }
    }
  } catch (problem) {
    m.pc = pc;
    m.csp = csp;
    m.tos = tos;
    m.budget = budget;
    throw problem;
  }
  // Not in a `finally`: that costs the loop a few percent.
  m.pc = pc;
  m.csp = csp;
  m.tos = tos;
  m.budget = budget;
}
