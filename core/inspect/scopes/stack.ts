/** The chains of frames on the stack, with the variables of each frame. */
import { STACK_BASE } from "../../memory/layout.ts";
import type { ImageView } from "../image-view.ts";
import type { InspectNode } from "../node.ts";
import { badNode, makeNode } from "../nodes.ts";
import { type ChainFrame, type FrameChain, frameChains } from "../stack/chains.ts";
import { frameFacts } from "../stack/frame-facts.ts";
import { localsScope } from "./locals.ts";

export function stackNode(view: ImageView): InspectNode {
  return makeNode("stack", "chains of frames", {
    type: "group",
    named: () => frameChains(view).map((chain) => chainNode(view, chain)),
  });
}

function chainNode(view: ImageView, chain: FrameChain): InspectNode {
  const { name, depth, problem, top } = chain;
  const innermost = chain.frames(0, 1)[0]?.name ?? "";
  const end = problem === null ? "" : `, broken: ${problem}`;
  return makeNode(name, `${depth} ${depth === 1 ? "frame" : "frames"}, innermost ${innermost}${end}`, {
    type: "chain",
    address: STACK_BASE + top,
    named: () => (problem === null ? [] : [badNode("broken", problem)]),
    indexedCount: depth,
    indexed: (start, count) => chain.frames(start, count).map((frame, i) => frameNode(view, String(start + i), frame)),
  });
}

function frameNode(view: ImageView, index: string, { frame, name, context }: ChainFrame): InspectNode {
  const { remarks } = frameFacts(view, frame);
  const special = remarks.length === 0 ? "" : ` (${remarks.join(", ")})`;
  const pc = (context.pc - 2 * context.header).toString(8);
  return makeNode(index, `${name}  pc ${pc}, frame ${frame.offset.toString(8)}${special}`, {
    type: "frame",
    address: STACK_BASE + frame.offset,
    named: () => localsScope(view, context).named(),
  });
}
