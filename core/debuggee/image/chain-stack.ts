/** The chains of frames of an image as threads, and their frames by pages. Holds for as long as nothing moves. */
import type { StackOffset, WordAddress } from "../../base/units.ts";
import type { FrameContext, ImageView } from "../../inspect/image-view.ts";
import { type FrameChain, frameChains } from "../../inspect/stack/chains.ts";
import { type FrameView, MAIN_THREAD, type ThreadView } from "../types.ts";

export class ChainStack {
  private readonly chains: readonly FrameChain[];
  /** Frames that were shown, by their offset. */
  private readonly shown = new Map<StackOffset, FrameContext>();

  constructor(view: ImageView) {
    this.chains = frameChains(view);
  }

  threads(): readonly ThreadView[] {
    return this.chains.map(({ name, problem }, i) => ({
      id: MAIN_THREAD + i,
      name: problem === null ? name : `${name} (broken: ${problem})`,
    }));
  }

  /** @param count 0: all */
  stack(
    start: number,
    count: number,
    thread: number,
  ): { readonly frames: readonly FrameView[]; readonly total: number } {
    const chain = this.chains[thread - MAIN_THREAD];
    if (chain === undefined) return { frames: [], total: 0 };
    const total = chain.depth;
    if (total === 0) return { frames: start === 0 ? [noFrame(chain)] : [], total: 1 };
    const frames = chain.frames(start, count === 0 ? total : count).map(({ name, context }) => {
      this.shown.set(context.fx, context);
      return { frame: context.fx, functionName: name, pc: context.pc, place: null, isSubtle: false };
    });
    return { frames, total };
  }

  /** @param frame one that `stack` has given; null for the innermost of the main chain */
  context(frame: StackOffset | null): FrameContext | null {
    if (frame !== null) return this.shown.get(frame) ?? null;
    return this.chains[0]?.frames(0, 1)[0]?.context ?? null;
  }

  /** Functions of the frames that were shown. */
  headers(): Iterable<WordAddress> {
    return [...this.shown.values()].map(({ header }) => header);
  }
}

/** Stands where a chain has no frame that can be read, so that there is something to ask for the scopes of the image. */
function noFrame({ top, problem }: FrameChain): FrameView {
  const functionName = problem === null ? "(no frame)" : `(no frame: ${problem})`;
  return { frame: top, functionName, pc: 0, place: null, isSubtle: true };
}
