import type { DebugProtocol } from "@vscode/debugprotocol";
import { errors } from "../../errors.ts";
import type { Request } from "../request.ts";

/** The report about the event at which the program is stopped. It stands in `stackTrace`, which clients show as it is, line by line. */
export const exceptionInfo: Request<DebugProtocol.ExceptionInfoArguments> = {
  command: "exceptionInfo",
  expects: {},
  capabilities: { supportsExceptionInfoRequest: true },
  handle(context) {
    const engine = context.stoppedEngine(this.command);
    const { halt } = context;
    if (halt === null || (halt.kind !== "event" && halt.kind !== "failed")) throw errors.noException();
    const kind = halt.event?.kind ?? "failure";
    const { title, text } = engine.exceptionReport(halt);
    return {
      exceptionId: kind,
      description: title,
      breakMode: halt.kind === "failed" ? "unhandled" : "always",
      details: { message: title, typeName: kind, stackTrace: text },
    };
  },
};
