/**
 * Jumps to another place of the running function: where they may go, and the jump. In a program the function that runs is the innermost one with source
 * text: what it has called in the library, or a handler that reports a failure, is discarded.
 */
import type { ByteAddress } from "../../base/units.ts";
import type { VariableRange } from "../../isa/code-block.ts";
import { hasMark, isPrefix } from "../../isa/stack-shapes.ts";
import type { Machine } from "../../vm/machine.ts";
import type { StackFrame } from "../../vm/stack/frames.ts";
import { discardFrames, goTo } from "../../vm/stack/redirect.ts";
import type { Places } from "../program/places.ts";
import type { Place } from "../types.ts";
import { codeOfFrame, type FrameCode, obstacle, redirect } from "./redirection.ts";

/** A place that somebody wants to jump to. */
export interface JumpTarget {
  readonly place: Place;
  /** Why nobody can jump there; null when it is possible. */
  readonly problem: string | null;
}

/** What can be jumped from: the frames, innermost first. */
export interface Standpoint {
  readonly machine: Machine;
  readonly places: Places;
  readonly frames: readonly StackFrame[];
}

/** Index of the frame that goes on. */
function runningFrame({ machine, places, frames }: Standpoint): number {
  const withText = frames.findIndex(({ header }) => {
    const installed = machine.code.at(header);
    return installed !== null && places.steps(installed).length > 0;
  });
  return Math.max(0, withText);
}

/** The forms of the running function that begin on a line of its text, by column. */
export function jumpTargets(from: Standpoint, line: number): readonly JumpTarget[] {
  const installed = from.machine.code.at(from.frames[runningFrame(from)]?.header ?? 0);
  if (installed === null) return [];
  return from.places
    .steps(installed)
    .filter((place) => place.line === line)
    .sort((a, b) => a.column - b.column)
    .map((place) => ({ place, problem: jumpProblem(from, place.pc) }));
}

/** Why the running function cannot go on at `pc`; null when it can. */
export function jumpProblem(from: Standpoint, pc: ByteAddress): string | null {
  const { machine, frames } = from;
  const frame = frames[runningFrame(from)];
  if (frame === undefined) return "nothing runs";
  const everywhere = obstacle(machine);
  if (everywhere !== null) return everywhere;
  const code = codeOfFrame(machine, frame);
  if (code === null || pc < code.extent.codeStart || pc >= code.extent.codeEnd) {
    return `it is not in ${code?.extent.name ?? "the function"}, which runs: control can only be sent within one function`;
  }
  return stackProblem(code, frame.pc, pc) ?? variableProblem(code, frame.pc, pc);
}

function stackProblem({ shapes, stretch }: FrameCode, from: ByteAddress, to: ByteAddress): string | null {
  const here = shapes.get(from);
  const there = shapes.get(to);
  if (there === undefined) return "no instruction that control could reach begins there";
  if (here === undefined) return "what the evaluation stack holds here cannot be told";
  if (!isPrefix(there, here)) {
    return "the form there is part of a larger one, whose values are not on the evaluation stack here: choose a form that stands by itself";
  }
  if (hasMark(stretch, here, there.entries.length)) {
    return "variables are bound here by an inner form, which has to end first: step out of that";
  }
  if (here.arenas.length !== there.arenas.length || here.arenas.some((arena, i) => arena !== there.arenas[i])) {
    return "the one place is inside a (with-arena …) or (with-region …), and the other is not";
  }
  return null;
}

/** A variable that is bound around the one place and not around the other has no value there. */
function variableProblem({ extent }: FrameCode, from: ByteAddress, to: ByteAddress): string | null {
  const covers = ({ fromPc, toPc }: VariableRange, pc: ByteAddress) => {
    return pc - extent.codeStart >= fromPc && pc - extent.codeStart < toPc;
  };
  const missing = extent.block?.variables.find((range) => covers(range, to) && !covers(range, from));
  return missing === undefined ? null : `${missing.name} is bound around the form there, and has no value here`;
}

/** Goes on at `pc`. @returns why that is impossible; nothing has changed then */
export function jump(from: Standpoint, pc: ByteAddress): string | null {
  const problem = jumpProblem(from, pc);
  if (problem !== null) return problem;
  const index = runningFrame(from);
  const frame = from.frames[index] as StackFrame;
  const shapes = codeOfFrame(from.machine, frame)?.shapes;
  const depth = (at: ByteAddress) => shapes?.get(at)?.entries.length ?? 0;
  return redirect(from.machine, (processor) => {
    discardFrames(processor, index);
    goTo(processor, pc, depth(frame.pc) - depth(pc));
  });
}
