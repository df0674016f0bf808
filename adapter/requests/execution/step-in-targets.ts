import type { DebugProtocol } from "@vscode/debugprotocol";
import { oneLine } from "../../presentation/convert.ts";
import type { CallView, Engine } from "../../program/engine.ts";
import type { Request } from "../request.ts";

/** The calls that the form at which the program stands is about to make, in their order. The id of a target is the address of its instruction. */
export const stepInTargets: Request<DebugProtocol.StepInTargetsArguments> = {
  command: "stepInTargets",
  expects: { frameId: "number" },
  capabilities: { supportsStepInTargetsRequest: true },
  handle(context, args) {
    const engine = context.stoppedEngine(this.command);
    const { frame } = context.handles.frame(args.frameId);
    const targets = engine.callTargets(frame).map((call) => ({
      id: call.pc,
      label: labelOf(engine, call),
      ...(call.place !== null && context.positions.range(call.place)),
    }));
    return { targets };
  },
};

/** The text of the call, and the name of the function where that says more. */
function labelOf({ source }: Engine, { functionName, place }: CallView): string {
  const name = functionName ?? "a function that only the run will tell";
  if (source === null || place === null) return name;
  const text = oneLine(source.text.slice(place.start, place.end));
  return functionName !== null && text.startsWith(`(${functionName}`) ? text : `${name}: ${text}`;
}
