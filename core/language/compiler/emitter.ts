/**
 * Collects the code of one function: instructions, jumps to labels, literals, source places and variable ranges; then lays it out with the
 * shortest jumps. Knows opcodes and stack depth, and nothing of the language.
 * Source: instruction specification, sections 1.5 and 2.10.
 */
import { assert } from "../../base/errors.ts";
import type { CodeBlock, Fixup, Literal, SourceSpan, VariableRange } from "../../isa/code-block.ts";
import { OPCODE_BY_NAME } from "../../isa/opcodes.ts";
import { isMade, type Range } from "../forms.ts";

export type JumpKind = "JUMP" | "FJUMP" | "TJUMP" | "NFJUMPX" | "NTJUMPX";

/** A place in the code; `depth` is that of the evaluation stack there, once a jump or the fall-through tells. */
export interface Label {
  depth: number | null;
  /** Index of the item that it stands before; -1 until it is placed. */
  item: number;
}

export interface VariableHandle {
  readonly variable: Omit<VariableRange, "fromPc" | "toPc">;
  readonly from: number;
  to: number;
}

type Item =
  | { readonly kind: "code"; readonly bytes: readonly number[]; readonly literal: Literal | null }
  | { readonly kind: "jump"; readonly jump: JumpKind; readonly target: Label }
  | { readonly kind: "span"; readonly range: Range; readonly isStep: boolean };

/** How far jumps reach; a function that is longer cannot be compiled. */
const MAX_CODE_BYTES = 32_000;
const SHORT_REACH = 17;
const LITERAL_BYTES = 4;

export class Emitter {
  /** Cells on the evaluation stack. Meaningless while the code is unreachable. */
  depth = 0;
  maxDepth = 0;
  isReachable = true;
  /** Upper bound for the code emitted so far. */
  roughBytes = 0;
  private readonly items: Item[] = [];
  private readonly variables: VariableHandle[] = [];
  private range: Range = { start: 0, end: 0 };
  private pendingStep: Range | null = null;
  private lastSpan: Range | null = null;

  // Source places

  /**
   * What follows comes from this range. A step is a place where a person stops; when several forms begin at one instruction, the
   * outermost is the step.
   */
  at(range: Range, isStep: boolean): void {
    if (!this.isReachable) return;
    if (this.pendingStep !== null) return;
    // Of what a macro made, only the whole is a place in the text.
    if (isStep && !isMade(range)) this.pendingStep = range;
    else this.range = range;
  }

  /** The form turned out to need no code: it is no step. */
  dropStep(range: Range): void {
    if (this.pendingStep === range) this.pendingStep = null;
  }

  /** Emits code that comes from another range and is no step; a step that was to begin here begins behind it. */
  aside(range: Range, emit: () => void): void {
    const { range: before, pendingStep } = this;
    this.range = range;
    this.pendingStep = null;
    emit();
    this.range = before;
    this.pendingStep = pendingStep;
  }

  private placeSpan(): void {
    if (this.pendingStep !== null) {
      this.items.push({ kind: "span", range: this.pendingStep, isStep: true });
      this.lastSpan = this.range = this.pendingStep;
      this.pendingStep = null;
      return;
    }
    const { range, lastSpan } = this;
    if (lastSpan !== null && lastSpan.start === range.start && lastSpan.end === range.end) return;
    this.items.push({ kind: "span", range, isStep: false });
    this.lastSpan = range;
  }

  // Instructions

  /** @param delta change of the stack depth, for opcodes whose effect depends on operands */
  op(name: string, operands: readonly number[] = [], delta: number | null = null): void {
    this.code(name, operands, null, delta);
  }
  /** An opcode whose last operand is a literal of four bytes. */
  literal(name: string, literal: Literal, operands: readonly number[] = [], delta: number | null = null): void {
    this.code(name, operands, literal, delta);
  }

  private code(name: string, operands: readonly number[], literal: Literal | null, delta: number | null): void {
    if (!this.isReachable) return;
    const opcode = OPCODE_BY_NAME.get(name);
    assert(opcode !== undefined, `opcode ${name} does not exist`);
    const change = delta ?? opcode.stackDelta;
    const bytes = [opcode.code, ...operands, ...(literal === null ? [] : [0, 0, 0, 0])];
    assert(bytes.length === 1 + opcode.operandBytes, `operands of ${name}`);
    assert(typeof change === "number", `stack effect of ${name}`);
    this.placeSpan();
    this.items.push({ kind: "code", bytes, literal });
    this.roughBytes += bytes.length;
    this.changeDepth(change);
  }

  /** Returns from the function with the value on the stack. */
  return(): void {
    this.op("RETURN", [], -1);
    this.isReachable = false;
  }

  private changeDepth(change: number): void {
    this.depth += change;
    assert(this.depth >= 0, "evaluation stack below its start");
    this.maxDepth = Math.max(this.maxDepth, this.depth);
  }

  // Jumps

  newLabel(): Label {
    return { depth: null, item: -1 };
  }
  /** Places a label here. */
  label(label: Label): void {
    if (this.isReachable) this.meet(label, this.depth);
    else if (label.depth !== null) {
      this.depth = label.depth;
      this.isReachable = true;
    }
    label.item = this.items.length;
    // Jumps arrive from elsewhere: the place must be said again.
    if (this.isReachable) this.lastSpan = null;
  }
  jump(kind: JumpKind, target: Label): void {
    if (!this.isReachable) return;
    this.placeSpan();
    if (kind === "FJUMP" || kind === "TJUMP") this.changeDepth(-1);
    this.meet(target, this.depth);
    this.items.push({ kind: "jump", jump: kind, target });
    this.roughBytes += 6;
    if (kind === "JUMP") this.isReachable = false;
    if (kind === "NFJUMPX" || kind === "NTJUMPX") this.changeDepth(-1);
  }
  private meet(label: Label, depth: number): void {
    label.depth ??= depth;
    assert(label.depth === depth, "stack depths differ at a label");
  }

  // Variables

  /** From here on until `endVariable` a variable lives in a slot. */
  startVariable(variable: VariableHandle["variable"]): VariableHandle {
    const handle = { variable, from: this.items.length, to: -1 };
    this.variables.push(handle);
    return handle;
  }
  endVariable(handle: VariableHandle): void {
    handle.to = this.items.length;
  }

  // Layout

  /** The finished code; null when it is too long for jumps to reach. */
  finish(): Pick<CodeBlock, "bytes" | "fixups" | "variables" | "source" | "maxDepth"> | null {
    const offsets = this.layOut();
    const length = offsets[this.items.length] as number;
    if (length > MAX_CODE_BYTES) return null;
    const bytes = new Uint8Array(length);
    const fixups: Fixup[] = [];
    const source: SourceSpan[] = [];
    this.items.forEach((item, i) => {
      const pc = offsets[i] as number;
      if (item.kind === "span")
        addSpan(source, { pc, start: item.range.start, end: item.range.end, isStep: item.isStep });
      else if (item.kind === "jump") {
        bytes.set(
          jumpBytes(item.jump, (offsets[i + 1] as number) - pc, (offsets[item.target.item] as number) - pc),
          pc,
        );
      } else {
        bytes.set(item.bytes, pc);
        if (item.literal !== null) {
          fixups.push({ offset: pc + item.bytes.length - LITERAL_BYTES, literal: item.literal });
        }
      }
    });
    const variables = this.variables
      .map(({ variable, from, to }) => ({
        ...variable,
        fromPc: offsets[from] as number,
        toPc: to < 0 ? length : (offsets[to] as number),
      }))
      .filter((variable) => variable.fromPc < variable.toPc);
    return { bytes, fixups, variables, source, maxDepth: this.maxDepth };
  }

  /** Offsets of all items, with every jump as short as its distance allows. Sizes only grow, so this ends. */
  private layOut(): Int32Array {
    const { items } = this;
    const sizes = items.map((item) => (item.kind === "code" ? item.bytes.length : 0));
    const offsets = new Int32Array(items.length + 1);
    for (let isStable = false; !isStable; ) {
      isStable = true;
      for (let i = 0; i < items.length; i++) offsets[i + 1] = (offsets[i] as number) + (sizes[i] as number);
      for (let i = 0; i < items.length; i++) {
        const item = items[i] as Item;
        if (item.kind !== "jump") continue;
        const distance = (offsets[item.target.item] as number) - (offsets[i] as number);
        // Over nothing but labels: what follows comes next anyway. A jump to itself has distance 0 too.
        const isNext = distance === 0 && item.target.item > i;
        const size = isNext && item.jump === "JUMP" ? 0 : jumpSize(item.jump, distance, sizes[i] as number);
        if (size > (sizes[i] as number)) {
          sizes[i] = size;
          isStable = false;
        }
      }
    }
    return offsets;
  }
}

/** Two spans at one instruction: a step wins, else the later one. */
function addSpan(source: SourceSpan[], span: SourceSpan): void {
  const last = source.at(-1);
  if (last === undefined || last.pc !== span.pc) source.push(span);
  else if (span.isStep || !last.isStep) source[source.length - 1] = span;
}

function fitsByte(distance: number): boolean {
  return distance >= -128 && distance <= 127;
}

/** Bytes that a jump over `distance` (from its own address) takes, at least `least`. */
function jumpSize(kind: JumpKind, distance: number, least: number): number {
  const isShort = distance >= 2 && distance <= SHORT_REACH;
  const hasShort = kind === "JUMP" || kind === "FJUMP" || kind === "TJUMP";
  if (hasShort && isShort && least <= 1) return 1;
  if (fitsByte(distance)) return 2;
  if (kind === "JUMP") return 3;
  return hasShort ? 4 : 6;
}

function opcodeNumber(name: string): number {
  return OPCODE_BY_NAME.get(name)?.code ?? 0;
}

function far(distance: number): number[] {
  return [opcodeNumber("JUMPXX"), (distance >> 8) & 0xff, distance & 0xff];
}

function jumpBytes(kind: JumpKind, size: number, distance: number): number[] {
  switch (size) {
    case 0:
      return [];
    case 1:
      return [opcodeNumber(`${kind}${distance - 2}`)];
    case 2: {
      const name = kind.endsWith("X") ? kind : `${kind}X`;
      return [opcodeNumber(name), distance & 0xff];
    }
    case 3:
      return far(distance);
    // The opposite condition jumps over the far jump.
    case 4:
      return [opcodeNumber(kind === "FJUMP" ? "TJUMP2" : "FJUMP2"), ...far(distance - 1)];
    // Taken: to the far jump. Not taken: over it.
    default:
      return [opcodeNumber(kind), 3, opcodeNumber("JUMP2"), ...far(distance - 3)];
  }
}

/** The symbol as the literal operand of an opcode. */
export function symbol(name: string): Literal {
  return { kind: "symbol", name };
}
