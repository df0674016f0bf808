import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Request } from "../request.ts";

/** Names that fit at the cursor in the debug console. */
export const completions: Request<DebugProtocol.CompletionsArguments> = {
  command: "completions",
  expects: { text: "text", column: "number", line: "number?", frameId: "number?" },
  capabilities: { supportsCompletionsRequest: true, completionTriggerCharacters: ["("] },
  handle(context, args) {
    const subject = context.stoppedSubject(this.command);
    const { positions } = context;
    const line = args.line ?? positions.lineToClient(0);
    const offset = positions.offsetFromClient(args.text, line, args.column);
    const found = subject.completions(args.text, offset, context.frame(args.frameId));
    return {
      targets: found.map(({ label, detail, kind, rank, call, start, length }) => ({
        label,
        detail,
        type: kind,
        start: positions.positionOfOffset(args.text, start).column,
        length,
        sortText: `${rank} ${label}`,
        ...call,
      })),
    };
  },
};
