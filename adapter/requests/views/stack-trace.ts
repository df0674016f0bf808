import type { DebugProtocol } from "@vscode/debugprotocol";
import { errors } from "../../errors.ts";
import { frameBody } from "../../presentation/convert.ts";
import type { Request } from "../request.ts";

/** Frames of one answer when the client asks for all of them: a runaway recursion has tens of thousands. */
const MAX_FRAMES = 10_000;

export const stackTrace: Request<DebugProtocol.StackTraceArguments> = {
  command: "stackTrace",
  expects: { threadId: "number", startFrame: "number?", levels: "number?", format: "object?" },
  capabilities: { supportsDelayedStackTraceLoading: true },
  handle(context, args) {
    const subject = context.stoppedSubject(this.command);
    if (!subject.threads().some(({ id }) => id === args.threadId)) throw errors.badThread(args.threadId);
    const levels = args.levels === undefined || args.levels <= 0 ? MAX_FRAMES : Math.min(args.levels, MAX_FRAMES);
    const start = Math.max(0, args.startFrame ?? 0);
    const { frames, total } = subject.stack(start, levels, args.threadId);
    const stackFrames = frames.map((frame, i) => ({
      ...frameBody(context, subject, frame, args.format),
      // Everything runs in the outermost one.
      ...(start + i === total - 1 && { canRestart: false }),
    }));
    return { stackFrames, totalFrames: total };
  },
};
