import type { DebugProtocol } from "@vscode/debugprotocol";
import { THREAD_ID } from "../context.ts";
import { frameBody } from "../convert.ts";
import { errors } from "../errors.ts";
import type { Request } from "./request.ts";

/** Frames of one answer when the client asks for all of them: a runaway recursion has tens of thousands. */
const MAX_FRAMES = 10_000;

export const stackTrace: Request<DebugProtocol.StackTraceArguments> = {
  command: "stackTrace",
  expects: { threadId: "number", startFrame: "number?", levels: "number?" },
  capabilities: { supportsDelayedStackTraceLoading: true },
  handle(context, args) {
    const engine = context.stoppedEngine(this.command);
    if (args.threadId !== THREAD_ID) throw errors.badThread(args.threadId);
    const levels = args.levels === undefined || args.levels <= 0 ? MAX_FRAMES : Math.min(args.levels, MAX_FRAMES);
    const { frames, total } = engine.stack(Math.max(0, args.startFrame ?? 0), levels);
    return { stackFrames: frames.map((frame) => frameBody(context, engine, frame)), totalFrames: total };
  },
};
