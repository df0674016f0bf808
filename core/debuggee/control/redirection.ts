/** What jumps within a function and restarts of frames have in common: when control may be sent elsewhere, and how nothing happens when it cannot. */
import { VmFault } from "../../base/errors.ts";
import { type CodeStretch, type StackShape, stackShapes } from "../../isa/stack-shapes.ts";
import { STACK_BASE, STACK_WORDS } from "../../memory/layout.ts";
import { functionHeader } from "../../objects/code/functions.ts";
import type { Machine } from "../../vm/machine.ts";
import type { Processor } from "../../vm/processor.ts";
import type { StackFrame } from "../../vm/stack/frames.ts";
import { type CodeExtent, codeAt } from "../code/code-lookup.ts";

/** Why control cannot be sent elsewhere, wherever that is; null when it can. */
export function obstacle(machine: Machine): string | null {
  if (machine.collection !== null) return "a collection is under way: step over it, or continue, until it has ended";
  if (machine.saveState().ended?.kind === "finished") return "the program has ended: restart it";
  const { name, usesPlan } = machine.manager.traits;
  return usesPlan
    ? `under the memory manager ${name} the code itself frees what it no longer needs: code that is left out or runs twice would free never, or twice`
    : null;
}

/** Sends control elsewhere. @returns why that is impossible; nothing has changed then */
export function redirect(machine: Machine, move: (processor: Processor) => void): string | null {
  const state = machine.saveState();
  const stack = machine.memory.bytes.slice(2 * STACK_BASE, 2 * (STACK_BASE + STACK_WORDS));
  try {
    machine.redirect(move);
    return null;
  } catch (problem) {
    if (!(problem instanceof VmFault)) throw problem;
    machine.memory.bytes.set(stack, 2 * STACK_BASE);
    machine.restoreState(state);
    return problem.message;
  }
}

/** The code that a frame runs, and what it has on its evaluation stack at each of its instructions. */
export interface FrameCode {
  readonly extent: CodeExtent;
  readonly stretch: CodeStretch;
  readonly shapes: ReadonlyMap<number, StackShape>;
}

/** Null when the frame runs no readable code. */
export function codeOfFrame({ memory, code }: Machine, { header }: StackFrame): FrameCode | null {
  const extent = codeAt(memory, code, header);
  const found = functionHeader(memory, header);
  if (extent === null || found === null) return null;
  const { codeStart: start, codeEnd: end } = extent;
  const stretch = { bytes: memory.bytes, start, end, variablePairs: found.localWords / 4 };
  return { extent, stretch, shapes: stackShapes(stretch) };
}
