import type { DebugProtocol } from "@vscode/debugprotocol";
import { checkOrder, orderOf } from "../../console/console.ts";
import type { Context } from "../../context.ts";
import { notes } from "../../errors.ts";
import { resultBody } from "../../presentation/convert.ts";
import { failure } from "../../presentation/evaluation.ts";
import { valueText } from "../../presentation/value-format.ts";
import type { Request } from "../request.ts";

/** The value of an expression. Only in the console (`repl`) it may change the program, and be a command; watch, hover and clipboard leave no trace. */
export const evaluate: Request<DebugProtocol.EvaluateArguments> = {
  command: "evaluate",
  expects: { expression: "text", frameId: "number?", context: "text?", format: "object?" },
  capabilities: { supportsEvaluateForHovers: true, supportsClipboardContext: true },
  prepare(context, { expression, frameId, context: where }) {
    context.stoppedSubject(this.command);
    const order = where === "repl" ? orderOf(context, expression, context.frame(frameId)) : null;
    if (order === null) return null;
    checkOrder(order);
    return order.command.prepare?.(order.call) ?? null;
  },
  handle(context, args) {
    const subject = context.stoppedSubject(this.command);
    const frame = context.frame(args.frameId);
    const acts = args.context === "repl";
    const order = acts ? orderOf(context, args.expression, frame) : null;
    if (order !== null) return { result: order.command.run(order.call), variablesReference: 0 };
    const isCopied = args.context === "clipboard";
    const result = subject.evaluate(args.expression, frame, acts ? "act" : isCopied ? "copy" : "peek");
    if (acts && result.kind !== "diagnostics") context.programChanged();
    if (result.kind !== "value") throw failure(context, args.expression, result);
    if (acts && args.expression.includes("(") && context.isInPast) tellUndone(context);
    if (acts && result.output !== "") {
      context.output.write("stdout", result.output);
      context.output.flush();
    }
    const text = isCopied ? result.node.whole() : valueText(result.node, args.format);
    return { result: text, ...resultBody(context, result.node, frame) };
  },
};

/** Once a session: who knows it does not want to read it again and again. */
function tellUndone(context: Context): void {
  if (context.hasToldOfUndoing) return;
  context.hasToldOfUndoing = true;
  context.output.write("console", `${notes.undoneInThePast()}\n`);
  context.output.flush();
}
