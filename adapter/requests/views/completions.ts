import type { DebugProtocol } from "@vscode/debugprotocol";
import { commandsLike } from "../../console/console.ts";
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
    const commands = commandsLike(args.text.slice(0, offset).trimStart());
    const before = positions.positionOfOffset(args.text, args.text.length - args.text.trimStart().length).column;
    const typed = args.text.trimStart().length;
    return {
      targets: [
        ...commands.map(({ name, help }) => ({
          label: name,
          detail: help,
          type: "keyword",
          start: before,
          length: typed,
          sortText: `9 ${name}`,
        })),
        ...found.map(({ label, detail, kind, rank, call, start, length }) => ({
          label,
          detail,
          type: kind,
          start: positions.positionOfOffset(args.text, start).column,
          length,
          sortText: `${rank} ${label}`,
          ...call,
        })),
      ],
    };
  },
};
