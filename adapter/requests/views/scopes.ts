import type { DebugProtocol } from "@vscode/debugprotocol";
import type { InspectNode } from "#core";
import type { Request } from "../request.ts";

/** The locals of a frame, and the views of the whole machine. */
export const scopes: Request<DebugProtocol.ScopesArguments> = {
  command: "scopes",
  expects: { frameId: "number" },
  capabilities: {},
  handle(context, args) {
    const subject = context.stoppedSubject(this.command);
    const { frame } = context.handles.frame(args.frameId);
    return {
      scopes: subject.scopes(frame).map((node) => ({
        name: node.name,
        ...hintOf(node),
        variablesReference: context.handles.addScope(node, frame),
        ...(node.indexedCount > 0 && { indexedVariables: node.indexedCount }),
        expensive: node.isExpensive,
      })),
    };
  },
};

function hintOf(node: InspectNode): { presentationHint?: string } {
  if (node.name === "Locals") return { presentationHint: "locals" };
  if (node.name === "Registers") return { presentationHint: "registers" };
  return {};
}
