/**
 * Writes code bytes: opcodes by name, literals as fixups, jumps to labels in their shortest form.
 * Source: instruction specification, sections 2.3 and 2.10.4.
 *
 * Offsets exist only after `finish`, because the length of a jump depends on where its label ends up: everything that needs an offset takes a label.
 */
import { InternalError } from "../base/errors.ts";
import type { Fixup, Literal } from "./code-block.ts";
import { OPCODE_BY_NAME, type Opcode } from "./opcodes.ts";

/** A place in the code. */
export interface Label {
  readonly id: number;
}

/** `NFJUMP` and `NTJUMP` keep the tested value when they jump, and pop it when they do not. */
export type JumpKind = "JUMP" | "FJUMP" | "TJUMP" | "NFJUMP" | "NTJUMP";

export interface AssembledCode {
  /** Without the terminating 0. */
  readonly bytes: Uint8Array;
  readonly fixups: readonly Fixup[];
  /** Byte offset of a placed label. */
  offsetOf(label: Label): number;
}

type Item =
  | { readonly kind: "bytes"; readonly bytes: readonly number[] }
  | { readonly kind: "literal"; readonly bytes: readonly number[]; readonly at: number; readonly literal: Literal }
  | { readonly kind: "label"; readonly id: number }
  | { readonly kind: "jump"; readonly jump: JumpKind; readonly target: number; form: number };

/** Numbers of the jump forms: implicit displacement (0 = there is none), signed byte. */
const FORMS: Readonly<Record<JumpKind, { readonly short: number; readonly byte: number }>> = {
  JUMP: { short: 0x80, byte: 0xb0 },
  FJUMP: { short: 0x90, byte: 0xb2 },
  TJUMP: { short: 0xa0, byte: 0xb3 },
  NFJUMP: { short: 0, byte: 0xb4 },
  NTJUMP: { short: 0, byte: 0xb5 },
};
const JUMPX = 0xb0;
const JUMPXX = 0xb1;
const FORM_SHORT = 0;
const FORM_BYTE = 1;
const FORM_WORD = 2;

export class Assembler {
  private readonly items: Item[] = [];
  private labelCount = 0;

  /** An instruction with numeric operands, each written most significant byte first; negative ones as two's complement. */
  emit(name: string, ...operands: readonly number[]): void {
    this.items.push({ kind: "bytes", bytes: encode(findOpcode(name), operands) });
  }

  /** An instruction whose last operand, of four bytes, is a literal: `ACONST`, `GCONST`, `GVAR`, `GVAR_`, `FN0` … `FNX`. */
  emitLiteral(name: string, literal: Literal, ...operands: readonly number[]): void {
    const bytes = encode(findOpcode(name), [...operands, 0]);
    this.items.push({ kind: "literal", bytes, at: bytes.length - 4, literal });
  }

  /** A jump, in its shortest form. */
  jump(kind: JumpKind, target: Label): void {
    this.items.push({ kind: "jump", jump: kind, target: target.id, form: FORM_SHORT });
  }

  /** A label that is not placed yet. */
  newLabel(): Label {
    return { id: this.labelCount++ };
  }
  /** Gives a label the place of the next instruction. */
  place(label: Label): void {
    this.items.push({ kind: "label", id: label.id });
  }
  /** A label at the next instruction. */
  here(): Label {
    const label = this.newLabel();
    this.place(label);
    return label;
  }

  finish(): AssembledCode {
    const offsets = this.settle();
    const bytes: number[] = [];
    const fixups: Fixup[] = [];
    for (const item of this.items) {
      if (item.kind === "literal") fixups.push({ offset: bytes.length + item.at, literal: item.literal });
      if (item.kind === "bytes" || item.kind === "literal") bytes.push(...item.bytes);
      if (item.kind === "jump") writeJump(bytes, item.jump, item.form, offsets[item.target] as number);
    }
    return {
      bytes: Uint8Array.from(bytes),
      fixups,
      offsetOf(label) {
        const offset = offsets[label.id];
        if (offset === undefined) throw new InternalError(`label ${label.id} was never placed`);
        return offset;
      },
    };
  }

  /** Widens jumps until every displacement fits; forms only grow, so this ends. */
  private settle(): number[] {
    for (;;) {
      const offsets = this.layOut();
      let changed = false;
      let at = 0;
      for (const item of this.items) {
        if (item.kind === "jump") {
          const target = offsets[item.target];
          if (target === undefined) throw new InternalError(`jump to label ${item.target}, which was never placed`);
          while (item.form < FORM_WORD && !fits(item.jump, item.form, target - at)) {
            item.form++;
            changed = true;
          }
        }
        at += lengthOf(item);
      }
      if (!changed) return offsets;
    }
  }

  private layOut(): number[] {
    const offsets: number[] = [];
    let at = 0;
    for (const item of this.items) {
      if (item.kind === "label") offsets[item.id] = at;
      at += lengthOf(item);
    }
    return offsets;
  }
}

function findOpcode(name: string): Opcode {
  const opcode = OPCODE_BY_NAME.get(name);
  if (opcode === undefined) throw new InternalError(`no opcode is called ${name}`);
  return opcode;
}

function encode(opcode: Opcode, operands: readonly number[]): number[] {
  if (operands.length !== opcode.operands.length) {
    throw new InternalError(`${opcode.name} takes ${opcode.operands.length} operands, got ${operands.length}`);
  }
  const bytes = [opcode.code];
  for (const [i, operand] of opcode.operands.entries()) {
    const value = operands[i] as number;
    const limit = 2 ** (8 * operand.bytes);
    if (!Number.isInteger(value) || value >= limit || value < -limit / 2) {
      throw new InternalError(`${opcode.name}: operand ${value} does not fit in ${operand.bytes} bytes`);
    }
    for (let shift = 8 * (operand.bytes - 1); shift >= 0; shift -= 8) bytes.push((value >> shift) & 0xff);
  }
  return bytes;
}

function fits(kind: JumpKind, form: number, displacement: number): boolean {
  if (form === FORM_SHORT) return FORMS[kind].short !== 0 && displacement >= 2 && displacement <= 17;
  return displacement >= -128 && displacement <= 127;
}

function lengthOf(item: Item): number {
  if (item.kind === "label") return 0;
  if (item.kind !== "jump") return item.bytes.length;
  if (item.form === FORM_SHORT) return 1;
  if (item.form === FORM_BYTE) return 2;
  return item.jump === "JUMP" ? 3 : 7;
}

/** Only the unconditional jump has a form with two bytes; the others go to one that stands behind them. */
function writeJump(bytes: number[], kind: JumpKind, form: number, target: number): void {
  const displacement = target - bytes.length;
  if (form === FORM_SHORT) bytes.push(FORMS[kind].short + displacement - 2);
  else if (form === FORM_BYTE) bytes.push(FORMS[kind].byte, displacement & 0xff);
  else {
    // Taken: +4, to the JUMPXX. Not taken: JUMPX +5, behind it.
    if (kind !== "JUMP") bytes.push(FORMS[kind].byte, 4, JUMPX, 5);
    const far = target - bytes.length;
    if (far < -32768 || far > 32767) throw new InternalError(`jump over ${far} bytes: the function is too long`);
    bytes.push(JUMPXX, (far >> 8) & 0xff, far & 0xff);
  }
}
