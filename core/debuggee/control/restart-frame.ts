/**
 * A frame begins again: the frames above it are discarded, and its function starts with the arguments that it has by now. What the program has done
 * since, to the heap and to the outside, stays done; only going back in time undoes that.
 */
import type { ByteAddress, StackOffset } from "../../base/units.ts";
import { functionHeader } from "../../objects/code/functions.ts";
import type { Machine } from "../../vm/machine.ts";
import type { StackFrame } from "../../vm/stack/frames.ts";
import { beginAgain, discardFrames } from "../../vm/stack/redirect.ts";
import { codeOfFrame, obstacle, redirect } from "./redirection.ts";

/** @returns why that is impossible; nothing has changed then */
export function restartFrame(machine: Machine, frames: readonly StackFrame[], chosen: StackOffset): string | null {
  const index = frames.findIndex(({ frame }) => frame === chosen);
  const frame = frames[index];
  const problem = obstacle(machine);
  if (problem !== null) return problem;
  if (frame === undefined) return "the frame is not one of those that run";
  if (index === frames.length - 1) return "everything runs in this frame: restart the program instead";
  const open = frames.slice(0, index + 1).find((inner) => isInArena(machine, inner));
  if (open !== undefined) {
    const name = codeOfFrame(machine, open)?.extent.name ?? "a function";
    return `${name} is inside a (with-arena …) or (with-region …), which would stay open: step out of that first`;
  }
  const start = beginning(machine, frame);
  if (start === null) return "its function is still taking its arguments: it has only just begun";
  return redirect(machine, (processor) => {
    discardFrames(processor, index);
    beginAgain(processor, start.pc, start.kept);
  });
}

function isInArena(machine: Machine, frame: StackFrame): boolean {
  if (machine.manager.arenas === null) return false;
  return (codeOfFrame(machine, frame)?.shapes.get(frame.pc)?.arenas.length ?? 0) > 0;
}

interface Beginning {
  readonly pc: ByteAddress;
  /** Variable cells that keep their values. */
  readonly kept: ReadonlySet<number>;
}

/**
 * Where the function begins again. What comes before its first form has taken the arguments: put them into boxes, made a list of the rest. That must
 * not happen twice, so its results are kept. Null for a frame that is in the middle of it.
 */
function beginning({ memory, code }: Machine, { header, pc }: StackFrame): Beginning | null {
  const found = functionHeader(memory, header);
  const installed = code.at(header);
  const { variables = [], source = [], isClosure = found?.isClosure === true } = installed?.block ?? {};
  const environment = isClosure ? [0] : [];
  const start = installed?.codeStart ?? found?.codeStart ?? 2 * header;
  const body = source.find(({ isStep }) => isStep)?.pc;
  if (body === undefined || pc < start + body) {
    const hasBoxes = variables.some(({ place, boxed }) => place === "argument" && boxed);
    return hasBoxes ? null : { pc: start, kept: new Set(environment) };
  }
  const kept = variables.filter(({ place, fromPc, toPc }) => place === "local" && fromPc <= body && body < toPc);
  return { pc: start + body, kept: new Set([...environment, ...kept.map(({ index }) => index)]) };
}
