/** `frames`: the chains of frames on the stack, and the frames of one of them with their variables. */
import {
  addressText,
  type ChainFrame,
  type FrameChain,
  frameChains,
  frameFacts,
  type ImageView,
  type InspectNode,
  localsScope,
} from "#core";
import { parse, UsageError } from "../../command.ts";
import { grouped } from "../../text.ts";
import {
  clipped,
  moreLines,
  PAGE_OPTIONS,
  type Page,
  pageOf,
  singleArgument,
  tableLines,
  visible,
} from "../image/layout.ts";
import { lazyAnswer, type Topic } from "../topic.ts";

/** Cells of an evaluation stack that are shown. */
const TEMPORARIES = 16;
const VALUE_WIDTH = 120;

export const framesTopic: Topic = {
  name: "frames",
  synopsis: "frames [CONTEXT|FRAME] [--from N] [--count N]",
  summary: "the stack: chains of frames; with a chain's name, or a frame's offset: its frames with variables",
  run({ image: { view }, args }) {
    const { values, positionals } = parse(args, PAGE_OPTIONS);
    const page = pageOf(values);
    const chains = frameChains(view);
    const wanted = singleArgument(positionals);
    if (wanted === null) return overview(view, chains, page);
    const chain = findChain(chains, wanted);
    return lazyAnswer(
      () => chainLines(view, chain, page),
      () => ({
        ...chainJson(chain),
        from: page.from,
        frames: chain.frames(page.from, page.count).map((frame, i) => frameJson(view, frame, page.from + i)),
      }),
    );
  },
};

/** The table of chains, then the current one frame by frame. */
function overview(view: ImageView, chains: readonly FrameChain[], page: Page) {
  const [current] = chains;
  function* lines(): Generator<string> {
    yield* tableLines(
      ["chain", "frames", "innermost function", "ends"],
      chains.map((chain) => [
        chain.name,
        grouped(chain.depth),
        chain.frames(0, 1)[0]?.name ?? "",
        chain.problem === null ? "at its bottom" : `BROKEN: ${chain.problem}`,
      ]),
    );
    if (current === undefined || current.depth === 0) return;
    yield `\n${current.name}:`;
    yield* tableLines(["", "function", "pc", "frame", "arguments", "remarks"], shortFrames(view, current, page));
    yield* moreLines(page, current.depth, "frames");
  }
  return lazyAnswer(lines, () => chains.map(chainJson));
}

function* shortFrames(view: ImageView, chain: FrameChain, page: Page): Generator<readonly string[]> {
  for (const [i, { frame, name, context }] of chain.frames(page.from, page.count).entries()) {
    const { argumentCount, remarks } = frameFacts(view, frame);
    yield [
      String(page.from + i),
      clipped(name),
      pcText(context.pc, context.header),
      frame.offset.toString(8),
      argumentCount === null ? "" : String(argumentCount),
      remarks.join(", "),
    ];
  }
}

/** Byte offset from the function header in octal, as the frame stores it. */
function pcText(pc: number, header: number): string {
  return (pc - 2 * header).toString(8);
}

function* chainLines(view: ImageView, chain: FrameChain, page: Page): Generator<string> {
  for (const [i, { frame, name, context }] of chain.frames(page.from, page.count).entries()) {
    const { remarks } = frameFacts(view, frame);
    const special = remarks.length === 0 ? "" : ` (${remarks.join(", ")})`;
    yield `${page.from + i}  ${visible(name)}  pc ${pcText(context.pc, context.header)}, frame ${frame.offset.toString(8)}${special}`;
    yield* variableLines(localsScope(view, context).named());
  }
  yield* moreLines(page, chain.depth, "frames");
  if (chain.problem !== null) yield `BROKEN: ${chain.problem}`;
}

function* variableLines(nodes: readonly InspectNode[]): Generator<string> {
  const all = nodes.flatMap((node) => (node.type === "stack" ? temporaries(node) : [node]));
  const width = Math.max(0, ...all.map(({ name }) => name.length));
  for (const { name, value } of all) yield `     ${name.padEnd(width)}  ${clipped(value, VALUE_WIDTH)}`;
}

function temporaries(stack: InspectNode): readonly { readonly name: string; readonly value: string }[] {
  const shown = stack.indexed(0, TEMPORARIES).map(({ name, value }) => ({ name: `stack ${name}`, value }));
  const left = stack.indexedCount - shown.length;
  return left > 0 ? [...shown, { name: "stack …", value: `${left} more cells` }] : shown;
}

function chainJson({ name, kind, top, depth, problem }: FrameChain): Record<string, unknown> {
  return { name, kind, top, depth, problem };
}

function frameJson(view: ImageView, { frame, name, context }: ChainFrame, index: number): unknown {
  const nodes = localsScope(view, context).named();
  const plain = (node: InspectNode) => ({
    name: node.name,
    value: node.value,
    type: node.type,
    address: node.address === null ? null : addressText(node.address),
  });
  return {
    index,
    function: name,
    header: addressText(context.header),
    pc: context.pc - 2 * context.header,
    ...frameFacts(view, frame),
    variables: nodes.filter(({ type }) => type !== "stack").map(plain),
    stack: nodes.filter(({ type }) => type === "stack").flatMap((node) => node.indexed(0, TEMPORARIES).map(plain)),
  };
}

/** By name, by one of the contexts that share it, or by the octal offset of its innermost frame. @throws {UsageError} */
function findChain(chains: readonly FrameChain[], wanted: string): FrameChain {
  const name = wanted.toLowerCase();
  const found =
    chains.find((chain) => chain.name.toLowerCase() === name) ??
    chains.find((chain) => chain.kind !== "suspended" && chain.name.toLowerCase().split(", ").includes(name)) ??
    chains.find(({ top }) => top.toString(8) === name);
  if (found !== undefined) return found;
  throw new UsageError(`there is no chain ${wanted}, expected one of: ${chains.map((chain) => chain.name).join("; ")}`);
}
