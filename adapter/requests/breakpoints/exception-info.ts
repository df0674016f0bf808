import type { DebugProtocol } from "@vscode/debugprotocol";
import type { MachineEvent } from "#core";
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
    const { typeName, fullTypeName } = typeNames(halt.event);
    const inner = halt.event?.kind === "memory.error" ? halt.event.inner : undefined;
    const details: DebugProtocol.ExceptionDetails = { message: title, typeName, fullTypeName, stackTrace: text };
    if (inner !== undefined) details.innerException = [{ message: inner.message, typeName: inner.name }];
    const isLast = halt.kind === "failed" || engine.lookouts.hasFailed();
    return { exceptionId: kind, description: title, breakMode: isLast ? "unhandled" : "always", details };
  },
};

/** A short name of what happened, and one that says which event of which cause: `not-a-list`, `lisp.error.not-a-list`. */
function typeNames(event: MachineEvent | null): { readonly typeName: string; readonly fullTypeName: string } {
  if (event === null) return { typeName: "failure", fullTypeName: "failure" };
  const { kind } = event;
  if (kind === "lisp.error") return { typeName: event.name, fullTypeName: `${kind}.${event.name}` };
  if (kind === "gc.trigger") return { typeName: kind, fullTypeName: `${kind}.${event.cause}` };
  if ("report" in event) return { typeName: kind, fullTypeName: `${kind}.${event.report.cause}` };
  if (kind === "verify") return { typeName: kind, fullTypeName: `${kind}.${event.check}` };
  return { typeName: kind, fullTypeName: kind };
}
