import type { DebugProtocol } from "@vscode/debugprotocol";
import { errors } from "../../errors.ts";
import { resultBody } from "../../presentation/convert.ts";
import { failure } from "../../presentation/evaluation.ts";
import { valueText } from "../../presentation/value-format.ts";
import type { Request } from "../request.ts";

/** Stores the value of an expression in a variable, a field or an element. */
export const setVariable: Request<DebugProtocol.SetVariableArguments> = {
  command: "setVariable",
  expects: { variablesReference: "number", name: "text", value: "text", format: "object?" },
  capabilities: { supportsSetVariable: true },
  handle(context, args) {
    const subject = context.stoppedSubject(this.command);
    const { node, frame } = context.handles.child(args.variablesReference, args.name);
    if (node.slot === null) throw errors.notAssignable(args.name);
    const result = subject.assign(node.slot, args.value, frame);
    if (result.kind !== "value") throw failure(context, args.value, result);
    context.programChanged();
    return { value: valueText(result.node, args.format), ...resultBody(context, result.node, frame) };
  },
};
