/** What the checks share: the image, and what is found out about it once, when the first check asks. */
import type { IndexSteps } from "../../base/steps.ts";
import type { WordAddress } from "../../base/units.ts";
import { ADDRESS_LIMIT_WORDS } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import type { ArrayBlock } from "../../objects/arrays/blocks.ts";
import { type ReferenceTally, tallyReferences, tallySteps } from "../audit/tally.ts";
import { heapMapSteps, mapHeap } from "../counts/references.ts";
import type { HeapMap } from "../heap/heap-map.ts";
import { arraySpans, collectorState } from "../heap/system.ts";
import type { ImageView } from "../image-view.ts";
import type { Findings } from "./finding.ts";
import { type Tiling, tileArraySpace } from "./tiling.ts";

/** One thing that is checked, at once or in steps. */
export type Check = QuickCheck | LongCheck;
interface NamedCheck {
  readonly name: string;
  /** What it looks at, in a line. */
  readonly title: string;
}
interface QuickCheck extends NamedCheck {
  run(context: CheckContext, findings: Findings): void;
}
interface LongCheck extends NamedCheck {
  steps(context: CheckContext, findings: Findings): IndexSteps<void>;
}

/** The work of a check. */
export function* stepsOf(check: Check, context: CheckContext, findings: Findings): IndexSteps<void> {
  if ("steps" in check) yield* check.steps(context, findings);
  else check.run(context, findings);
}

export class CheckContext {
  readonly view: ImageView;
  readonly memory: VirtualMemory;
  private knownMap: HeapMap | null = null;
  private knownTally: ReferenceTally | null = null;
  private knownTiling: Tiling | null = null;

  constructor(view: ImageView) {
    this.view = view;
    this.memory = view.memory;
  }

  /** The collector was turned off: its tables describe the past, and type entries carry the uncounted bit. */
  get isDisabled(): boolean {
    return collectorState(this.memory).isDisabled;
  }
  get map(): HeapMap {
    this.knownMap ??= mapHeap(this.view);
    return this.knownMap;
  }
  get tally(): ReferenceTally {
    this.knownTally ??= tallyReferences(this.view, this.map);
    return this.knownTally;
  }
  /** The cell belongs to an object that was freed and waits, overwritten, before its storage is used again. */
  isReleased(cell: WordAddress): boolean {
    const { manager } = this.view;
    if (manager === null) return false;
    const poison = this.memory.pointer(cell);
    if (poison < ADDRESS_LIMIT_WORDS) return false;
    if (manager.poisoned?.releaseOf(poison) != null) return true;
    return manager.explicit?.releaseOf(poison) != null || manager.planned?.explain(poison) != null;
  }
  /** Finds out step by step what the checks would otherwise find out at once. */
  *prepare(): IndexSteps<void> {
    this.knownMap ??= yield* heapMapSteps(this.view);
    this.knownTally ??= yield* tallySteps(this.view, this.knownMap);
  }
  /** Walks the blocks of array space. */
  tile(visit: (block: ArrayBlock, before: ArrayBlock | null) => void): Tiling {
    this.knownTiling = tileArraySpace(this.memory, arraySpans(this.memory), visit);
    return this.knownTiling;
  }
  get tiling(): Tiling {
    return this.knownTiling ?? this.tile(() => {});
  }
}
