/**
 * Watches that make the machine go instruction by instruction: variables in the stack segment, which the interpreter writes past the store gate; reads, which no
 * gate sees; and reference counts, of which nobody is told. What is watched is looked at before each instruction and after it.
 */
import type { ByteAddress } from "../../base/units.ts";
import type { MemoryManager } from "../../managers/contract.ts";
import { faultOf } from "../faults.ts";
import { FX_BYTES, type Processor, STACK_BYTES } from "../processor.ts";
import { eachRead } from "./reads.ts";
import { type CountWatch, contentOf, type DataWatch, type WatchHit, WatchIndex } from "./watch.ts";

interface Glance {
  readonly content: Uint8Array;
  readonly old: number | null;
}

export class CloseLook {
  private readonly processor: Processor;
  private readonly manager: MemoryManager;
  /** Told what has happened. */
  private hit: (hit: WatchHit) => void = () => {};
  private stack: readonly DataWatch[] = [];
  private counts: readonly CountWatch[] = [];
  private reads = new WatchIndex<DataWatch>([]);
  /** Variables of frames. */
  private framed: readonly DataWatch[] = [];
  private glances: readonly Glance[] = [];
  private frameBefore: ByteAddress = 0;
  private countsBefore: readonly (number | null)[] = [];
  private readonly readBefore: DataWatch[] = [];
  private readonly noteRead = (watch: DataWatch): void => {
    if (!this.readBefore.includes(watch)) this.readBefore.push(watch);
  };
  private readonly visitRead = (start: ByteAddress, bytes: number): void => {
    this.reads.touched(start, bytes, this.noteRead);
  };

  constructor(processor: Processor, manager: MemoryManager) {
    this.processor = processor;
    this.manager = manager;
  }

  /** @param stack ranges in the stack segment, watched for writes */
  set(
    stack: readonly DataWatch[],
    reads: readonly DataWatch[],
    counts: readonly CountWatch[],
    hit: (hit: WatchHit) => void,
  ): void {
    this.stack = stack;
    this.counts = counts;
    this.reads = new WatchIndex(reads);
    this.framed = [...new Set([...stack, ...reads])].filter(({ frame }) => frame !== null);
    this.hit = hit;
  }
  get isEmpty(): boolean {
    return this.stack.length === 0 && this.counts.length === 0 && this.reads.isEmpty;
  }

  /** Before a step of a collection. */
  lookAtCounts(): void {
    if (this.counts.length > 0) this.countsBefore = this.counts.map(({ object }) => this.countOf(object));
  }
  /** Tells of counts that have changed since. */
  compareCounts(): void {
    for (let i = 0; i < this.counts.length; i++) {
      const watch = this.counts[i] as CountWatch;
      const old = this.countsBefore[i] ?? null;
      const now = this.countOf(watch.object);
      if (old !== now) this.hit({ watch, access: "count", old, now, isChange: true });
    }
  }

  /** Before an instruction. */
  look(): void {
    this.lookAtCounts();
    this.frameBefore = this.processor.pvar;
    if (this.stack.length > 0) this.lookAtStack();
    this.readBefore.length = 0;
    if (this.reads.isEmpty) return;
    try {
      eachRead(this.processor, this.visitRead);
    } catch (problem) {
      // Damaged memory: what the instruction makes of it is seen when it runs.
      faultOf(problem);
    }
  }

  /** Tells what the instruction has done. @param site where it stands: one that has not been carried out has read nothing */
  compare(site: ByteAddress): void {
    if (this.processor.pc !== site) this.tellReads();
    for (let i = 0; i < this.stack.length; i++)
      this.compareStack(this.stack[i] as DataWatch, this.glances[i] as Glance);
    this.compareCounts();
    for (const watch of this.framed) {
      // A frame stands above those of its callers: with this instruction its function has returned.
      const top = STACK_BYTES + 2 * (watch.frame ?? 0) + FX_BYTES;
      if (this.frameBefore < top || this.processor.pvar >= top) continue;
      this.hit({ watch, access: "gone", old: null, now: null, isChange: false });
    }
  }

  private lookAtStack(): void {
    const { bytes } = this.processor.memory;
    this.glances = this.stack.map((watch) => ({
      content: bytes.slice(watch.start, watch.start + watch.bytes),
      old: contentOf(bytes, watch),
    }));
  }
  private compareStack(watch: DataWatch, { content, old }: Glance): void {
    const { bytes } = this.processor.memory;
    if (!content.some((byte, k) => bytes[watch.start + k] !== byte)) return;
    this.hit({ watch, access: "write", old, now: contentOf(bytes, watch), isChange: true });
  }
  private tellReads(): void {
    for (const watch of this.readBefore) {
      const now = contentOf(this.processor.memory.bytes, watch);
      this.hit({ watch, access: "read", old: now, now, isChange: false });
    }
  }

  private countOf(object: number): number | null {
    return this.manager.counts?.countOf(object) ?? null;
  }
}
