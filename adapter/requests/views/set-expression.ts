import type { DebugProtocol } from "@vscode/debugprotocol";
import { errors } from "../../errors.ts";
import { resultBody } from "../../presentation/convert.ts";
import { failure } from "../../presentation/evaluation.ts";
import { valueText } from "../../presentation/value-format.ts";
import type { Request } from "../request.ts";

/** Stores the value of an expression in the place that another one names: a variable, or a part of an object as `(car x)` or `(vector-ref v 2)`. */
export const setExpression: Request<DebugProtocol.SetExpressionArguments> = {
  command: "setExpression",
  expects: { expression: "text", value: "text", frameId: "number?", format: "object?" },
  capabilities: { supportsSetExpression: true },
  handle(context, args) {
    const subject = context.stoppedSubject(this.command);
    const frame = context.frame(args.frameId);
    const named = subject.place(args.expression, frame);
    if (named.kind !== "value") throw failure(context, args.expression, named);
    if (named.node.slot === null) throw errors.notAssignable(args.expression);
    const result = subject.assignPlace(args.expression, args.value, frame);
    if (result.kind !== "value") throw failure(context, args.value, result);
    context.programChanged();
    return { value: valueText(result.node, args.format), ...resultBody(context, result.node, frame) };
  },
};
