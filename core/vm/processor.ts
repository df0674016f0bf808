/**
 * The execution state that the interpreter and the opcode functions share: registers, the way out of the fast loop, faults.
 * `machine.ts` drives it. Source: instruction specification, section 1.
 *
 * All registers are byte addresses here (twice the word address), because the interpreter hands them to a `DataView`.
 * An opcode function gets PC, CSP and TOS as parameters and leaves the new ones in the fields; when it throws, nothing has changed.
 */
import { type FaultKind, VmFault } from "../base/errors.ts";
import type { ByteAddress, Pointer } from "../base/units.ts";
import type { CollectionReport, MemoryManager } from "../managers/contract.ts";
import { STACK_BASE, TYPE_NUMBER_MASK, TYPE_TABLE_BASE } from "../memory/layout.ts";
import type { VirtualMemory } from "../memory/virtual-memory.ts";
import type { MachineEvent, StopReason } from "./events.ts";
import type { Ports } from "./ports.ts";
import type { Borrowing } from "./stack/borrowing.ts";
import type { Registers } from "./state/machine-state.ts";
import { HostCallState } from "./subrs/state.ts";

/** Reasons to leave the fast loop at the next instruction boundary; bits of `attention`. */
export const ATTENTION_TRANSFER = 1;
/** Somebody wants the next safepoint. */
export const ATTENTION_SAFEPOINT = 2;
/** Events or watch hits are waiting. */
export const ATTENTION_EVENT = 4;
/** The program is over, or cannot go on. */
export const ATTENTION_END = 8;
/** An invoked function has returned. */
export const ATTENTION_RETURNED = 16;

/** A host call wants a collection before it goes on. */
export const ATTENTION_COLLECT = 32;
/** The frame that was returned to has less room than its function asks for. */
export const ATTENTION_ROOM = 64;

/** Bytes of the frame extension; the frame starts this much below PVAR. */
export const FX_BYTES = 20;
export const STACK_BYTES = 2 * STACK_BASE;
const TYPE_TABLE_BYTES = 2 * TYPE_TABLE_BASE;

/** A Lisp error with its values: a fault that the guest program raised itself. */
export class LispFault extends VmFault {
  readonly errorName: string;
  readonly values: readonly Pointer[];
  constructor(errorName: string, message: string, values: readonly Pointer[]) {
    super("LispError", message);
    this.errorName = errorName;
    this.values = values;
  }
}

export class Processor {
  readonly memory: VirtualMemory;
  ports: Ports;
  /** Set once, right after construction: a manager needs the processor to scan its stack. */
  manager: MemoryManager;

  /** Next opcode. */
  pc: ByteAddress;
  /** Where TOS would be written. */
  csp: ByteAddress;
  /** Top of stack, as a signed 32-bit number. */
  tos: number;
  /** First cell after the frame extension. */
  pvar: ByteAddress;
  ivar: ByteAddress;
  /** Header of the running function. */
  func: ByteAddress;
  /** First byte behind the free block that the current frame may grow into. */
  esp: ByteAddress;

  /** Safepoints that may still pass. */
  budget: number;
  /** Bits of `ATTENTION_…`; the interpreter tests for zero after every opcode that is not simple. */
  attention: number;
  /** Instruction that asked for attention. */
  site: ByteAddress;
  /** Why the program ended, when it did. */
  ended: StopReason | null;
  /** The collection that a host call asked for, when it is over; null when there was none to run, undefined when none was asked for. */
  collected: CollectionReport | null | undefined;
  /** While a debugger calls a function: what that takes of the stack. It may grow the stack past its guard. */
  borrowing: Borrowing | null;
  readonly hostCalls: HostCallState;
  /** Frames built by `invoke` that have not returned, innermost last. */
  readonly invoked: ByteAddress[];
  /** Armed events that happened and were not reported yet. */
  readonly pending: MachineEvent[];

  constructor(memory: VirtualMemory, ports: Ports, manager: MemoryManager) {
    this.memory = memory;
    this.ports = ports;
    this.manager = manager;
    this.pc = 0;
    this.csp = 0;
    this.tos = 0;
    this.pvar = 0;
    this.ivar = 0;
    this.func = 0;
    this.esp = 0;
    this.budget = 0;
    this.attention = 0;
    this.site = 0;
    this.ended = null;
    this.collected = undefined;
    this.borrowing = null;
    this.hostCalls = new HostCallState();
    this.invoked = [];
    this.pending = [];
  }

  /** As word addresses, except PC. */
  registers(): Registers {
    const { pc, func, pvar, ivar, csp, tos, esp } = this;
    return { pc, func: func >> 1, pvar: pvar >> 1, ivar: ivar >> 1, csp: csp >> 1, tos: tos >>> 0, esp: esp >> 1 };
  }
  setRegisters({ pc, func, pvar, ivar, csp, tos, esp }: Registers): void {
    this.next(pc, 2 * csp, tos | 0);
    this.func = 2 * func;
    this.pvar = 2 * pvar;
    this.ivar = 2 * ivar;
    this.esp = 2 * esp;
  }

  /** An opcode function is done: the registers for the next instruction. */
  next(pc: ByteAddress, csp: ByteAddress, tos: number): void {
    this.pc = pc;
    this.csp = csp;
    this.tos = tos;
  }

  /** Type table entry of a pointer; bits above the table are ignored. */
  typeEntry(x: number): number {
    return this.memory.view.getUint16(TYPE_TABLE_BYTES + ((x >>> 8) & 0x7fffe));
  }
  typeNumber(x: number): number {
    return this.typeEntry(x) & TYPE_NUMBER_MASK;
  }

  /** The cell at a byte address, signed. */
  cell(address: ByteAddress): number {
    return this.memory.view.getInt32(address);
  }

  fault(kind: FaultKind, message: string, address: number | null = null): never {
    throw new VmFault(kind, message, address);
  }
}

/** Word address of a pointer, as a byte address. Tag bits are dropped. */
export function bytesOf(pointer: number): ByteAddress {
  return (pointer & 0x0fffffff) << 1;
}
