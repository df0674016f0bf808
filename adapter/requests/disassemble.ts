import type { DebugProtocol } from "@vscode/debugprotocol";
import { instructionBody } from "../convert.ts";
import { errors } from "../errors.ts";
import { addressOf, byteReference } from "../memory-references.ts";
import type { InstructionView } from "../program/engine.ts";
import type { Request } from "./request.ts";

const MAX_INSTRUCTIONS = 10_000;

/** Exactly as many instructions as asked for; where there is no code, rows that say so. */
export const disassemble: Request<DebugProtocol.DisassembleArguments> = {
  command: "disassemble",
  expects: { memoryReference: "text", offset: "number?", instructionOffset: "number?", instructionCount: "number" },
  capabilities: { supportsDisassembleRequest: true },
  handle(context, args) {
    const engine = context.stoppedEngine(this.command);
    const count = args.instructionCount;
    if (count < 0 || count > MAX_INSTRUCTIONS) {
      throw errors.badArgument(this.command, "instructionCount", `a whole number from 0 to ${MAX_INSTRUCTIONS}`, count);
    }
    const pc = addressOf(args.memoryReference, args.offset ?? 0);
    const first = args.instructionOffset ?? 0;
    const rows = engine.disassemble(pc, first, count);
    const before = missingBefore(rows, pc, first);
    const start = rows[0]?.address ?? pc;
    const end = rows[rows.length - 1];
    const after = end === undefined ? pc : end.address + 1;
    return {
      instructions: [
        ...Array.from({ length: Math.min(before, count) }, (_, index) => noCode(start - before + index)),
        ...rows.map((row) => instructionBody(context, row)),
        ...Array.from({ length: Math.max(0, count - before - rows.length) }, (_, index) => noCode(after + index)),
      ].slice(0, count),
    };
  },
};

/** How many rows are missing in front of the first, so that the instruction at `pc` stands in the row where the client looks for it. */
function missingBefore(rows: readonly InstructionView[], pc: number, first: number): number {
  const index = rows.findIndex((row) => row.address === pc);
  return index < 0 ? 0 : Math.max(0, -first - index);
}

function noCode(address: number): DebugProtocol.DisassembledInstruction {
  return { address: byteReference(Math.max(0, address)), instruction: "(no code)", presentationHint: "invalid" };
}
