/** Kinds of instructions by name: an opcode, or one host call. What a breakpoint on every such instruction is asked for with. */
import { OPCODE_BY_NAME } from "./opcodes.ts";
import { SUBR_NAMES } from "./subrs.ts";

export interface InstructionKind {
  readonly opcode: number;
  /** Number of the host call; null for every instruction with that opcode. */
  readonly subr: number | null;
}

const SUBRCALL = 0x7d;
const UPPER_CASE_OPCODES: ReadonlyMap<string, number> = new Map(
  [...OPCODE_BY_NAME.values()].map(({ name, code }) => [name.toUpperCase(), code]),
);
const UPPER_CASE_SUBRS: ReadonlyMap<string, number> = new Map(
  [...SUBR_NAMES].map(([number, name]) => [name.toUpperCase(), number]),
);

/**
 * `CONS`, `opcode:CONS`; `PRINT`, `subr:PRINT`, `subr:227`. Letters may be small. Without a prefix an opcode comes before a host call.
 * Null when nothing is called so.
 */
export function instructionKind(text: string): InstructionKind | null {
  const match = /^\s*(?:(opcode|subr)\s*:)?\s*(\S+)\s*$/i.exec(text);
  const name = match?.[2]?.toUpperCase() ?? "";
  const prefix = match?.[1]?.toLowerCase() ?? null;
  const opcode = prefix === "subr" ? undefined : UPPER_CASE_OPCODES.get(name);
  if (opcode !== undefined) return { opcode, subr: null };
  if (prefix === "opcode") return null;
  const subr = subrNumber(name, prefix !== null);
  return subr === null ? null : { opcode: SUBRCALL, subr };
}

function subrNumber(name: string, mayBeNumber: boolean): number | null {
  if (mayBeNumber && /^[0-9]{1,3}$/.test(name)) return Number(name) < 256 ? Number(name) : null;
  return UPPER_CASE_SUBRS.get(name.replaceAll("-", "_")) ?? null;
}

/** Whether an instruction is of a kind. @param bytes its first two bytes */
export function isOfKind({ opcode, subr }: InstructionKind, bytes: ArrayLike<number>): boolean {
  return bytes[0] === opcode && (subr === null || bytes[1] === subr);
}

/** Kinds as tables that are looked at for each instruction of a way: 1 where the machine has to stop. */
export class InstructionKinds {
  private readonly opcodes = new Uint8Array(256);
  private readonly subrs = new Uint8Array(256);
  readonly isEmpty: boolean;

  constructor(kinds: Iterable<InstructionKind>) {
    let isEmpty = true;
    for (const { opcode, subr } of kinds) {
      isEmpty = false;
      if (subr === null) this.opcodes[opcode] = 1;
      else this.subrs[subr] = 1;
    }
    this.isEmpty = isEmpty;
  }

  /** Whether the instruction whose first byte has this index is one of them. */
  has(bytes: Uint8Array, at: number): boolean {
    const opcode = bytes[at] as number;
    return this.opcodes[opcode] === 1 || (opcode === SUBRCALL && this.subrs[bytes[at + 1] as number] === 1);
  }
}
