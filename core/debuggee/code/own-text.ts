/** Whether a program stands in its own text. */
import type { ByteAddress } from "../../base/units.ts";
import { OPCODES } from "../../isa/opcodes.ts";
import type { CodeDirectory } from "../../objects/code/code-directory.ts";
import type { StackFrame } from "../../vm/stack/frames.ts";

/** Functions that finish instructions, and the one that stands for a function which is not defined. */
const HANDLER_NAMES: ReadonlySet<string> = new Set([
  "\\INTERPRETER",
  ...OPCODES.flatMap(({ ufn }) => (ufn === null ? [] : [ufn.functionName])),
]);

/** The instruction belongs to a handler: whose fault it is stands in the frames below. */
export function isInHandler(site: ByteAddress, code: CodeDirectory): boolean {
  return HANDLER_NAMES.has(code.containing(site)?.block.name ?? "");
}

/**
 * What runs is the program's own code, or an instruction of it that is finished by a handler; not the library, nor an image without text.
 * @param frames innermost first
 */
export function isInOwnText(frames: readonly StackFrame[], code: CodeDirectory): boolean {
  const blocks = frames.map(({ header }) => code.at(header)?.block ?? null);
  const first = blocks.find((block) => block === null || !HANDLER_NAMES.has(block.name));
  return first != null && !first.isLibrary;
}
