import type { DebugProtocol } from "@vscode/debugprotocol";
import type { InspectNode } from "#core";
import { foundBody, variableBody } from "../../presentation/convert.ts";
import type { Container } from "../../presentation/handles.ts";
import type { Request } from "../request.ts";

/** Elements of one answer, whatever is asked for. */
const MAX_ELEMENTS = 10_000;
/** Elements for a client that does not ask in pages. */
const UNPAGED_ELEMENTS = 1000;

/** The children of a scope or of a value: those with names, a page of the numbered ones, or both. */
export const variables: Request<DebugProtocol.VariablesArguments> = {
  command: "variables",
  expects: { variablesReference: "number", filter: "text?", start: "number?", count: "number?", format: "object?" },
  capabilities: { supportsValueFormattingOptions: true },
  prepare(context, args) {
    context.stoppedSubject(this.command);
    return context.handles.container(args.variablesReference).node.prepare?.() ?? null;
  },
  handle(context, args) {
    context.stoppedSubject(this.command);
    const container = context.handles.container(args.variablesReference);
    if (container.isLazy) return { variables: [foundBody(context, container)] };
    const nodes = childrenOf(container, args);
    const bodies = nodes.map((node) => {
      container.seen.set(node.name, node);
      return variableBody(context, node, container.frame, args.format);
    });
    const missing = args.filter === undefined ? container.node.indexedCount - UNPAGED_ELEMENTS : 0;
    if (missing > 0 && args.count === undefined) bodies.push(rest(missing));
    return { variables: bodies };
  },
};

function childrenOf(container: Container, args: DebugProtocol.VariablesArguments): readonly InspectNode[] {
  const { node } = container;
  const start = Math.max(0, args.start ?? 0);
  const count = args.count === undefined || args.count <= 0 ? null : args.count;
  if (args.filter === "named") return node.named().slice(start, count === null ? undefined : start + count);
  if (args.filter === "indexed") return elements(node, start, count ?? MAX_ELEMENTS);
  if (count !== null) return [...node.named(), ...elements(node, 0, MAX_ELEMENTS)].slice(start, start + count);
  return [...node.named(), ...elements(node, 0, UNPAGED_ELEMENTS)];
}
function elements(node: InspectNode, start: number, count: number): readonly InspectNode[] {
  const available = Math.min(count, MAX_ELEMENTS, node.indexedCount - start);
  return available > 0 ? node.indexed(start, available) : [];
}
function rest(missing: number): DebugProtocol.Variable {
  return { name: "…", value: `${missing} more; this client does not ask for pages`, variablesReference: 0 };
}
