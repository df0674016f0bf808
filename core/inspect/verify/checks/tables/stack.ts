/** The stack: blocks tile it, frames lead to frames and to code, and the system contexts below it do the same. Source: memory specification, section 14. */
import { hex } from "../../../../base/errors.ts";
import type { StackOffset } from "../../../../base/units.ts";
import { IFPAGE, interfaceWord, SYSTEM_CONTEXTS } from "../../../../memory/interface-page.ts";
import { STACK_BASE, STACK_WORDS } from "../../../../memory/layout.ts";
import { isCode } from "../../../../objects/arrays/blocks.ts";
import {
  BOTTOM_LINK,
  basicFrameAt,
  FRAME_WORDS,
  type Frame,
  firstTemporary,
  frameAt,
  STACK_BASIC_FRAME,
  STACK_FRAME,
  STACK_FREE,
  STACK_GUARD,
  stackKind,
} from "../../../../objects/code/frames.ts";
import { FUNCTION_HEADER_WORDS, functionHeader } from "../../../../objects/code/functions.ts";
import type { Check, CheckContext } from "../../context.ts";
import type { Findings } from "../../finding.ts";

export const stack: Check = {
  name: "stack",
  title: "blocks tile the stack; each frame leads to its caller, its arguments and its code",
  run(context, findings) {
    const { memory, view } = context;
    const base = memory.word(interfaceWord(IFPAGE.stackBase));
    const end = memory.word(interfaceWord(IFPAGE.endOfStack));
    const frames = new Set<StackOffset>();
    const stop = tileStack(context, base, end, frames, findings);
    const fields = [IFPAGE.currentFx, ...SYSTEM_CONTEXTS.map(([, field]) => field)];
    const contexts = fields.map((field): StackOffset => memory.word(interfaceWord(field)));
    for (const offset of contexts) if (offset !== 0 && offset < base) checkContext(context, offset, frames, findings);
    const top = view.registers === null ? memory.word(interfaceWord(IFPAGE.currentFx)) : view.registers.fx - STACK_BASE;
    checkChain(context, top, findings);
    if (stop >= end) checkGuard(context, end, findings);
    findings.looked = `${frames.size} frames`;
  },
};

/** @returns the offset that was reached */
function tileStack(
  context: CheckContext,
  base: StackOffset,
  end: StackOffset,
  frames: Set<StackOffset>,
  findings: Findings,
): StackOffset {
  const { memory, view } = context;
  const running = view.registers === null ? -1 : view.registers.fx - STACK_BASE;
  let offset = base;
  while (offset < end) {
    const next =
      offset === running && view.registers !== null
        ? runningFrameEnd(context, offset, frames, findings)
        : blockEnd(context, offset, end, frames, findings);
    if (next === null) return offset;
    if (next <= offset || next > end || next % 2 !== 0) {
      const expected = `an even offset above ${octal(offset)}, at most ${octal(end)} (octal)`;
      findings.error(
        STACK_BASE + offset,
        `the ${kindName(stackKind(memory, offset))} at stack offset ${octal(offset)} leads out of the stack`,
        expected,
        octal(next),
      );
      return offset;
    }
    offset = next;
  }
  return offset;
}

/** The running frame reaches to the stack pointer, and free room from there to the end of its area. */
function runningFrameEnd(
  context: CheckContext,
  offset: StackOffset,
  frames: Set<StackOffset>,
  findings: Findings,
): StackOffset | null {
  const { registers } = context.view;
  const frame = frameAt(context.memory, offset);
  if (registers === null || frame === null) {
    findings.error(
      STACK_BASE + offset,
      "the running frame is no frame",
      "a frame extension",
      cellText(context, offset),
    );
    return null;
  }
  frames.add(offset);
  checkFrame(context, frame, findings);
  return Math.max(registers.csp, registers.esp) - STACK_BASE;
}

/** @returns where the block ends; null when nothing sensible stands there, which was reported */
function blockEnd(
  context: CheckContext,
  offset: StackOffset,
  end: StackOffset,
  frames: Set<StackOffset>,
  findings: Findings,
): StackOffset | null {
  const { memory } = context;
  const kind = stackKind(memory, offset);
  if (kind === STACK_GUARD || kind === STACK_FREE) {
    const size = memory.word(STACK_BASE + offset + 1);
    if (size >= 2) return offset + size;
    findings.error(
      STACK_BASE + offset,
      `the ${kindName(kind)} at stack offset ${octal(offset)} is empty`,
      "2 words or more",
      `${size}`,
    );
    return null;
  }
  if (kind === STACK_FRAME) {
    const frame = frameAt(memory, offset);
    if (frame === null) return null;
    frames.add(offset);
    checkFrame(context, frame, findings);
    return frame.next;
  }
  return argumentsEnd(context, offset, end, findings);
}

/** Arguments, and the basic frame that they belong to. */
function argumentsEnd(
  context: CheckContext,
  start: StackOffset,
  end: StackOffset,
  findings: Findings,
): StackOffset | null {
  const { memory } = context;
  let offset = start;
  while (offset < end && stackKind(memory, offset) < STACK_BASIC_FRAME) offset += 2;
  const cell = STACK_BASE + offset;
  const kind = stackKind(memory, offset);
  if (offset >= end || kind !== STACK_BASIC_FRAME) {
    const what = `the cells from stack offset ${octal(start)} on belong to no frame`;
    findings.error(
      cell,
      what,
      "a basic frame behind them",
      offset >= end ? "the end of the stack" : `a ${kindName(kind)}`,
    );
    return null;
  }
  const frame = basicFrameAt(memory, offset);
  const isResidual = (memory.cell(cell) & 0x02000000) !== 0;
  if (!isResidual && frame?.arguments !== start) {
    const what = `the basic frame at stack offset ${octal(offset)} does not begin where its arguments do`;
    findings.error(cell, what, `arguments from ${octal(start)} (octal)`, cellText(context, offset));
  }
  return offset + 2;
}

function checkFrame(context: CheckContext, frame: Frame, findings: Findings): void {
  const { memory, view } = context;
  const at = STACK_BASE + frame.offset;
  const name = `the frame at stack offset ${octal(frame.offset)}`;
  const isRunning = view.registers !== null && view.registers.fx === at;
  if (!isCode(memory, frame.header)) {
    findings.error(at + 2, `${name} runs no code`, "the header of compiled code", hex(frame.header));
    return;
  }
  checkLinks(context, frame, name, findings);
  const header = functionHeader(memory, frame.header);
  if (header === null || isRunning) return;
  const first = firstTemporary(frame, header);
  if (first > frame.next) {
    findings.error(
      at + 4,
      `${name} is too short for its variables`,
      `${octal(first)} (octal) or more`,
      octal(frame.next),
    );
  }
  const offset = memory.word(at + 5);
  if (offset < header.startPc) {
    findings.error(
      at + 5,
      `${name} goes on before the code of its function`,
      `byte ${header.startPc} or more`,
      `byte ${offset}`,
    );
  }
  if (frame.hasOwnNameTable) checkNameTable(context, frame, name, findings);
}

function checkLinks({ memory }: CheckContext, frame: Frame, name: string, findings: Findings): void {
  const at = STACK_BASE + frame.offset;
  for (const [what, link, cell] of [
    ["caller", frame.caller, at + 1],
    ["control link", frame.control, frame.isSlow ? at + 9 : at + 1],
  ] as const) {
    if (link === null || frameAt(memory, link) !== null) continue;
    findings.error(
      cell,
      `the ${what} of ${name} is no frame`,
      "stack offset of a frame extension, plus 10",
      octal(link + FRAME_WORDS),
    );
  }
  if (basicFrameAt(memory, frame.basicFrame) === null) {
    const cell = frame.isSlow ? at + 8 : at - 2;
    findings.error(
      cell,
      `${name} has no basic frame`,
      "a basic frame whose arguments lie below it",
      octal(frame.basicFrame),
    );
  }
}

function checkNameTable({ memory }: CheckContext, frame: Frame, name: string, findings: Findings): void {
  const table = frame.nameTable;
  const isOnStack = table >> 16 === 1;
  if (!isOnStack && isCode(memory, table)) return;
  const start = table - STACK_BASE;
  const end = isOnStack ? start + FUNCTION_HEADER_WORDS + 2 * memory.word(table + 6) : 0;
  if (isOnStack && start > frame.offset && end <= frame.next) return;
  const expected = "a table within the frame, or the header of compiled code";
  findings.error(STACK_BASE + frame.offset + 6, `the name table of ${name} is nowhere`, expected, hex(table));
}

/** Follows callers to the bottom. */
function checkChain({ memory }: CheckContext, top: StackOffset, findings: Findings): void {
  const seen = new Set<StackOffset>();
  for (
    let frame = frameAt(memory, top);
    frame !== null && frame.caller !== null;
    frame = frameAt(memory, frame.caller)
  ) {
    seen.add(frame.offset);
    if (!seen.has(frame.caller)) continue;
    const what = `the callers of the frame at stack offset ${octal(frame.offset)} run in a circle`;
    findings.error(STACK_BASE + frame.offset + 1, what, `a frame further down, or ${BOTTOM_LINK}`, octal(frame.caller));
    return;
  }
}

/** A frame below the user's stack: of a system context. */
function checkContext(context: CheckContext, offset: StackOffset, frames: Set<StackOffset>, findings: Findings): void {
  const frame = frameAt(context.memory, offset);
  // The interface page check says that there is none.
  if (frame === null || frames.has(offset)) return;
  frames.add(offset);
  const at = STACK_BASE + offset;
  const name = `the system context at stack offset ${octal(offset)}`;
  if (isCode(context.memory, frame.header)) checkLinks(context, frame, name, findings);
  else findings.error(at + 2, `${name} runs no code`, "the header of compiled code", hex(frame.header));
}

function checkGuard(context: CheckContext, end: StackOffset, findings: Findings): void {
  if (end + 2 > STACK_WORDS || stackKind(context.memory, end) === STACK_GUARD) return;
  findings.error(STACK_BASE + end, "no guard block ends the stack", "0xE000 and a size", cellText(context, end));
}

function cellText({ memory }: CheckContext, offset: StackOffset): string {
  return hex(memory.cell(STACK_BASE + offset));
}
function kindName(kind: number): string {
  if (kind === STACK_GUARD) return "guard block";
  if (kind === STACK_FREE) return "free block";
  if (kind === STACK_FRAME) return "frame extension";
  return kind === STACK_BASIC_FRAME ? "basic frame" : "argument";
}
function octal(offset: StackOffset): string {
  return offset.toString(8);
}
