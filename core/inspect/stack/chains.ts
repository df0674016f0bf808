/**
 * The chains of frames on the stack: the running one, those of the system contexts that the interface page names, and those that nothing
 * names (suspended processes, frames kept by pointers into the stack). A chain follows the control links: where each frame returns to.
 * A view is a moment: ask again after the machine has moved.
 * Source: memory specification, sections 6.2 and 14; instruction specification, section 3.6.
 */
import type { StackOffset } from "../../base/units.ts";
import { IFPAGE, interfaceWord, SYSTEM_CONTEXTS } from "../../memory/interface-page.ts";
import { STACK_BASE, STACK_WORDS } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { BOTTOM_LINK, eachStackBlock, FRAME_WORDS, type Frame, frameAt, stackKind } from "../../objects/code/frames.ts";
import { frameNameText, functionHeader } from "../../objects/code/functions.ts";
import type { FrameContext, ImageView } from "../image-view.ts";
import { processNames } from "./processes.ts";

export type ChainKind =
  /** The frames of the running machine, or those that the image would go on with. */
  | "running"
  /** A system context that waits: its frame is named by the interface page. */
  | "context"
  /** No context and no other frame leads there. */
  | "suspended";

/** One frame of a chain. */
export interface ChainFrame {
  readonly frame: Frame;
  /** Name of its function. */
  readonly name: string;
  readonly context: FrameContext;
}

export interface FrameChain {
  /** `current`, `keyboard`, `process EXEC, frame 7272`, `suspended, frame 7350`. */
  readonly name: string;
  readonly kind: ChainKind;
  /** Stack offset of the innermost frame. */
  readonly top: StackOffset;
  /** Number of frames. */
  readonly depth: number;
  /** Why the chain ends where it does; null when it ends at its bottom frame, as it should. */
  readonly problem: string | null;
  /** A page of the frames, innermost first. Costs only what the page holds. */
  frames(start: number, count: number): readonly ChainFrame[];
}

/** All chains: the running one first, then the contexts, then the suspended ones in stack order. */
export function frameChains(view: ImageView): readonly FrameChain[] {
  const named = namedChains(view);
  const chains = named.map(({ names, kind, top }) => new LinkedFrames(view, names.join(", "), kind, top));
  const seen = new Uint8Array(STACK_WORDS);
  for (const { top } of named) mark(view.memory, top, seen);
  const suspended = suspendedTops(view, seen);
  const processes: ReadonlyMap<StackOffset, string> = suspended.length === 0 ? new Map() : processNames(view.memory);
  for (const top of suspended) {
    const owner = processes.get(top);
    const name = owner === undefined ? "suspended" : `process ${owner}`;
    chains.push(new LinkedFrames(view, `${name}, frame ${top.toString(8)}`, "suspended", top));
  }
  return chains;
}

/** The frame that runs, or that the image would go on with; 0 in an image without one. */
export function currentFrame({ memory, registers }: ImageView): StackOffset {
  return registers === null ? memory.word(interfaceWord(IFPAGE.currentFx)) : registers.fx - STACK_BASE;
}

/** The running frame, the one in which it looks for its free variables, and so on: along the access links, to a broken link, a circle, or so many. */
export function accessChain(view: ImageView, most: number): readonly ChainFrame[] {
  const chain: ChainFrame[] = [];
  const seen = new Set<StackOffset>();
  for (let next: StackOffset | null = currentFrame(view); next !== null && !seen.has(next) && chain.length < most; ) {
    seen.add(next);
    const frame = frameAt(view.memory, next);
    if (frame === null) break;
    chain.push(chainFrame(view, frame));
    next = frame.caller;
  }
  return chain;
}

/** Contexts that have a frame. Those that share one, as in a saved image, are one chain. */
function namedChains(view: ImageView): { names: string[]; kind: ChainKind; top: StackOffset }[] {
  const chains = [{ names: ["current"], kind: "running" as ChainKind, top: currentFrame(view) }];
  for (const [name, field] of SYSTEM_CONTEXTS) {
    const top = view.memory.word(interfaceWord(field));
    if (top === 0) continue;
    const same = chains.find((chain) => chain.top === top);
    if (same === undefined) chains.push({ names: [name], kind: "context", top });
    else same.names.push(name);
  }
  return chains;
}

/** Frames that no marked frame and no other unmarked one leads to; then one frame of each circle that is left. */
function suspendedTops(view: ImageView, seen: Uint8Array): StackOffset[] {
  const { memory } = view;
  const left = framesOnStack(view).filter((offset) => seen[offset] === 0);
  const called = new Uint8Array(STACK_WORDS);
  for (const offset of left) {
    const frame = frameAt(memory, offset);
    if (frame === null) continue;
    for (const link of [returnsTo(frame, memory), frame.caller]) if (link !== null && link !== offset) called[link] = 1;
  }
  const tops = left.filter((offset) => called[offset] === 0);
  for (const top of tops) mark(memory, top, seen);
  for (const offset of left) {
    if (seen[offset] !== 0) continue;
    tops.push(offset);
    mark(memory, offset, seen);
  }
  return tops;
}

/** Offsets of all frame extensions of the user stack, ascending; up to the first block that makes no sense. */
function framesOnStack({ memory, registers }: ImageView): StackOffset[] {
  const offsets: StackOffset[] = [];
  const visit = (block: { kind: string; offset: StackOffset }) => {
    if (block.kind === "frame") offsets.push(block.offset);
  };
  const start = memory.word(interfaceWord(IFPAGE.stackBase));
  const end = memory.word(interfaceWord(IFPAGE.endOfStack));
  if (registers === null) {
    eachStackBlock(memory, start, end, visit);
    return offsets;
  }
  // The running frame has no valid end: what lies above it begins at the end of its free room.
  const current = registers.fx - STACK_BASE;
  eachStackBlock(memory, start, current, visit);
  offsets.push(current);
  eachStackBlock(memory, Math.max(registers.csp, registers.esp) - STACK_BASE, end, visit);
  return offsets;
}

function mark(memory: VirtualMemory, top: StackOffset, seen: Uint8Array): void {
  let offset: StackOffset | null = top;
  while (offset !== null && seen[offset] === 0) {
    const frame: Frame | null = frameAt(memory, offset);
    if (frame === null) return;
    seen[offset] = 1;
    offset = returnsTo(frame, memory);
  }
}

/** The frame that gets the value; null at the bottom. A frame whose links are apart returns by its control link. */
function returnsTo(frame: Frame, memory: VirtualMemory): StackOffset | null {
  return memory.word(STACK_BASE + frame.offset + 1) === BOTTOM_LINK ? null : frame.control;
}

/** A chain as the offsets of its frames, which are found when they are first asked for. */
class LinkedFrames implements FrameChain {
  readonly name: string;
  readonly kind: ChainKind;
  readonly top: StackOffset;
  private readonly view: ImageView;
  private walked: { readonly offsets: Uint16Array; readonly problem: string | null } | null;

  constructor(view: ImageView, name: string, kind: ChainKind, top: StackOffset) {
    this.view = view;
    this.name = name;
    this.kind = kind;
    this.top = top;
    this.walked = null;
  }

  get depth(): number {
    return this.walk().offsets.length;
  }
  get problem(): string | null {
    return this.walk().problem;
  }

  frames(start: number, count: number): readonly ChainFrame[] {
    const from = Math.max(0, Math.floor(start));
    const found: ChainFrame[] = [];
    for (const offset of this.walk().offsets.subarray(from, from + Math.max(0, Math.floor(count)))) {
      const frame = frameAt(this.view.memory, offset);
      if (frame !== null) found.push(chainFrame(this.view, frame));
    }
    return found;
  }

  private walk(): { readonly offsets: Uint16Array; readonly problem: string | null } {
    this.walked ??= walkChain(this.view.memory, this.top);
    return this.walked;
  }
}

function walkChain(memory: VirtualMemory, top: StackOffset): { offsets: Uint16Array; problem: string | null } {
  const seen = new Uint8Array(STACK_WORDS);
  const offsets: StackOffset[] = [];
  let problem: string | null = null;
  let offset: StackOffset | null = top;
  while (offset !== null) {
    if (seen[offset] === 1) {
      problem = `frame ${octal(offsets[offsets.length - 1])} returns to ${octal(offset)}, which is in the chain already`;
      break;
    }
    const frame: Frame | null = frameAt(memory, offset);
    if (frame === null) {
      const from = offsets.length === 0 ? "the interface page names" : `frame ${octal(offsets.at(-1))} returns to`;
      problem = `${from} ${octal(offset)}, where ${foundAt(memory, offset)} and a frame extension is expected`;
      break;
    }
    seen[offset] = 1;
    offsets.push(offset);
    offset = returnsTo(frame, memory);
  }
  return { offsets: Uint16Array.from(offsets), problem };
}

const KINDS = [
  "",
  "",
  "",
  "",
  "a basic frame is",
  "a free block is",
  "a frame extension is cut off",
  "a guard block is",
];

function foundAt(memory: VirtualMemory, offset: StackOffset): string {
  if (offset < 2 || offset + FRAME_WORDS > STACK_WORDS) return "the stack has no room for one";
  if (offset % 2 !== 0) return "no cell begins";
  return KINDS[stackKind(memory, offset)] || "a plain cell is";
}

function chainFrame({ memory, registers }: ImageView, frame: Frame): ChainFrame {
  const pvar = STACK_BASE + frame.offset + FRAME_WORDS;
  const isRunning = registers !== null && registers.pvar === pvar;
  return {
    frame,
    name: frameName(memory, frame),
    context: {
      fx: frame.offset,
      header: frame.header,
      pc: isRunning ? registers.pc : frame.pc,
      // The cell before a frame names the first argument, whether it is the basic frame or a copy of it.
      ivar: isRunning ? registers.ivar : STACK_BASE + memory.word(pvar - FRAME_WORDS - 1),
      pvar,
    },
  };
}

/** A frame with a name table of its own goes by the name in that. */
function frameName(memory: VirtualMemory, frame: Frame): string {
  for (const owner of frame.hasOwnNameTable ? [frame.nameTable, frame.header] : [frame.header]) {
    const header = functionHeader(memory, owner);
    const name = header === null ? null : frameNameText(memory, header.frameName);
    if (name !== null && name !== "") return name;
  }
  return "(no name)";
}

function octal(offset: StackOffset | undefined): string {
  return (offset ?? 0).toString(8);
}
