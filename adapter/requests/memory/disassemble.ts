import type { DebugProtocol } from "@vscode/debugprotocol";
import { errors } from "../../errors.ts";
import { instructionBody } from "../../presentation/convert.ts";
import { addressOf } from "../../presentation/memory-references.ts";
import type { Request } from "../request.ts";

const MAX_INSTRUCTIONS = 10_000;

/** Exactly as many instructions as asked for; where there is no code, rows that say so. */
export const disassemble: Request<DebugProtocol.DisassembleArguments> = {
  command: "disassemble",
  expects: {
    memoryReference: "text",
    offset: "number?",
    instructionOffset: "number?",
    instructionCount: "number",
    resolveSymbols: "claim?",
  },
  capabilities: { supportsDisassembleRequest: true },
  handle(context, args) {
    const subject = context.stoppedSubject(this.command);
    const count = args.instructionCount;
    if (count < 0 || count > MAX_INSTRUCTIONS) {
      throw errors.badArgument(this.command, "instructionCount", `a whole number from 0 to ${MAX_INSTRUCTIONS}`, count);
    }
    const pc = addressOf(args.memoryReference, args.offset ?? 0);
    const rows = subject.disassemble(pc, args.instructionOffset ?? 0, count, args.resolveSymbols !== false);
    return {
      instructions: rows.map((row) => {
        const { symbol, ...body } = instructionBody(context, row);
        return args.resolveSymbols === false || symbol === undefined ? body : { ...body, symbol };
      }),
    };
  },
};
