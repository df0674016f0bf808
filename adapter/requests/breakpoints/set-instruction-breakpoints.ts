import type { DebugProtocol } from "@vscode/debugprotocol";
import { breakpointBody, wishOf } from "../../presentation/convert.ts";
import { addressOf } from "../../presentation/memory-references.ts";
import { checkField, type Request } from "../request.ts";

/** Stops before instructions, by their address: set in the disassembly, also where there is no source text. */
export const setInstructionBreakpoints: Request<DebugProtocol.SetInstructionBreakpointsArguments> = {
  command: "setInstructionBreakpoints",
  expects: { breakpoints: "objects" },
  capabilities: { supportsInstructionBreakpoints: true },
  handle(context, args) {
    const wishes = args.breakpoints.map((breakpoint) => {
      checkField(this.command, "breakpoints.instructionReference", "text", breakpoint.instructionReference);
      checkField(this.command, "breakpoints.offset", "number?", breakpoint.offset);
      const pc = addressOf(breakpoint.instructionReference, breakpoint.offset ?? 0);
      return { ...wishOf(this.command, breakpoint), pc };
    });
    return { breakpoints: context.breakpoints.setInstructions(wishes).map((state) => breakpointBody(context, state)) };
  },
};
