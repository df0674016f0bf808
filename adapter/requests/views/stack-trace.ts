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
    const { frames, total } = subject.stack(Math.max(0, args.startFrame ?? 0), levels, args.threadId);
    return { stackFrames: frames.map((frame) => frameBody(context, subject, frame, args.format)), totalFrames: total };
  },
};
