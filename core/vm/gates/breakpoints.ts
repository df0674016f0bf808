/**
 * Breakpoints as one comparison an instruction: between two safepoints PC only grows, so only the nearest one ahead can be hit.
 * Source: style guide 2.4.
 */
import type { ByteAddress, WordAddress } from "../../base/units.ts";
import { instructionLength } from "../../isa/disassembler.ts";
import { type InstructionKind, InstructionKinds } from "../../isa/instruction-kind.ts";
import { OPCODES } from "../../isa/opcodes.ts";
import type { Moment } from "../events.ts";

/** Opcodes behind which the next instruction is never reached without a safepoint: nothing has to be looked at beyond them. */
const ALWAYS_LEAVES = Uint8Array.from(OPCODES, ({ name, family }) =>
  /^(FN[0-4X]|RETURN|-X-)$/.test(name) || (family === "jump" && /^JUMP/.test(name)) ? 1 : 0,
);
const LENGTHS = Uint8Array.from(OPCODES, (_, opcode) => instructionLength(opcode));
const NO_KINDS = new InstructionKinds([]);

/** Breakpoints that count in some frames only, named by where their variables begin: so a step over a call is not held up in what is called. */
export interface FrameBreakpoints {
  readonly addresses: ReadonlySet<ByteAddress>;
  readonly frames: ReadonlySet<WordAddress>;
}
/** What is set, to be set again. */
export interface BreakpointSet {
  /** Ascending. */
  readonly everywhere: readonly ByteAddress[];
  /** What counts in those frames: what counts everywhere, and more. Ascending. */
  readonly inFrames: readonly ByteAddress[];
  readonly frames: ReadonlySet<WordAddress>;
}
const NO_BREAKPOINTS: BreakpointSet = { everywhere: [], inFrames: [], frames: new Set() };

export class Breakpoints {
  private readonly bytes: Uint8Array;
  private addresses: BreakpointSet = NO_BREAKPOINTS;
  private kinds = NO_KINDS;
  /** Where the user has been told that the machine stands: a breakpoint there is not reported again. */
  seen: Moment | null = null;

  /** @param bytes the image */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Replaces all breakpoints. */
  set(addresses: Iterable<ByteAddress>, some: FrameBreakpoints | null = null): void {
    const everywhere = ascending(addresses);
    const inFrames = some === null ? everywhere : ascending([...everywhere, ...some.addresses]);
    this.addresses = { everywhere, inFrames, frames: some?.frames ?? NO_BREAKPOINTS.frames };
  }
  /** Replaces all breakpoints; answers the old ones. */
  exchange(addresses: BreakpointSet = NO_BREAKPOINTS): BreakpointSet {
    const old = this.addresses;
    this.addresses = addresses;
    return old;
  }
  /** Breaks at every instruction of some kinds, besides; answers the old ones. */
  setKinds(kinds: InstructionKinds): InstructionKinds {
    const old = this.kinds;
    this.kinds = kinds;
    return old;
  }
  get isEmpty(): boolean {
    return this.addresses.inFrames.length === 0 && this.kinds.isEmpty;
  }

  /** The nearest breakpoint from PC on, without one that was reported at this moment; -1 when there is none. @param pvar the frame that runs */
  nearest(block: number, pc: ByteAddress, pvar: WordAddress): ByteAddress {
    if (this.isEmpty) return -1;
    const { seen } = this;
    const isSeen = seen !== null && seen.pc === pc && seen.block === block;
    const address = this.nearestAddress(isSeen ? pc + 1 : pc, pvar);
    if (this.kinds.isEmpty) return address;
    const ofKind = this.nearestOfKind(isSeen ? pc + (LENGTHS[this.bytes[pc] as number] as number) : pc);
    return ofKind >= 0 && (address < 0 || ofKind < address) ? ofKind : address;
  }

  private nearestAddress(from: ByteAddress, pvar: WordAddress): ByteAddress {
    const { everywhere, inFrames, frames } = this.addresses;
    const addresses = frames.size > 0 && frames.has(pvar) ? inFrames : everywhere;
    let low = 0;
    let high = addresses.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((addresses[middle] as number) < from) low = middle + 1;
      else high = middle;
    }
    return low < addresses.length ? (addresses[low] as number) : -1;
  }

  /** Code is looked at as it stands now: what was loaded or replaced meanwhile counts. */
  private nearestOfKind(from: ByteAddress): ByteAddress {
    const { bytes, kinds } = this;
    for (let at = from; at < bytes.length; ) {
      if (kinds.has(bytes, at)) return at;
      const opcode = bytes[at] as number;
      if (ALWAYS_LEAVES[opcode] === 1) return -1;
      at += LENGTHS[opcode] as number;
    }
    return -1;
  }
}

function ascending(addresses: Iterable<ByteAddress>): readonly ByteAddress[] {
  return [...new Set(addresses)].sort((a, b) => a - b);
}

/** Kinds as the gate takes them. */
export function kindsOf(kinds: readonly InstructionKind[]): InstructionKinds {
  return kinds.length === 0 ? NO_KINDS : new InstructionKinds(kinds);
}
