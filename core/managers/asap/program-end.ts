/**
 * The end of the program, as steps: scopes that were left open end, then everything that is left goes with the arena of the program, in one piece.
 * The cells keep their content, so that a debugger can still look at the last values; nothing is allocated there any more.
 */
import { NIL } from "../../memory/layout.ts";
import { typeNumber } from "../../objects/types.ts";
import type { CollectCause, CollectionPhase, CollectionReport, CollectionSteps } from "../contract.ts";
import type { Allocation } from "./allocation.ts";
import type { PlannedComponents } from "./components/planned-components.ts";
import type { AsapHeap } from "./heap.ts";

export class ProgramEnd implements CollectionSteps {
  phase: CollectionPhase = "start";
  readonly report: CollectionReport;
  private readonly heap: AsapHeap;
  private readonly allocation: Allocation;
  private readonly components: PlannedComponents;
  private readonly whenDone: (report: CollectionReport) => void;

  constructor(
    heap: AsapHeap,
    allocation: Allocation,
    components: PlannedComponents,
    about: { readonly number: number; readonly cause: CollectCause },
    whenDone: (report: CollectionReport) => void,
  ) {
    this.heap = heap;
    this.allocation = allocation;
    this.components = components;
    this.report = { ...about, marked: 0, freedObjects: 0, freedWords: 0, freedByType: new Map() };
    this.whenDone = whenDone;
  }

  step(): void {
    const { observer } = this.heap;
    switch (this.phase) {
      case "start":
        observer.collectionPhase("start", this.report);
        this.phase = "reclaim";
        break;
      case "reclaim":
        observer.collectionPhase("reclaim", this.report);
        this.phase = "end";
        break;
      case "end":
        this.allocation.endScopes();
        this.components.groups.clear();
        this.endProgram();
        this.phase = "done";
        this.whenDone(this.report);
        observer.collectionPhase("end", this.report);
    }
  }

  private endProgram(): void {
    const { heap, report } = this;
    const { program } = this.allocation;
    const left = heap.table.liveSlots();
    for (const slot of left) {
      const object = heap.table.objects[slot] as number;
      const type = typeNumber(heap.memory, object);
      report.freedObjects++;
      report.freedWords += heap.objectWords(slot);
      report.freedByType.set(type, (report.freedByType.get(type) ?? 0) + 1);
    }
    heap.observer.lifetime("arena.end", NIL, report.freedWords, report.freedObjects, program.identity.name);
    for (const slot of left) heap.abandon(slot);
    program.objects = 0;
    program.words = 0;
  }
}
