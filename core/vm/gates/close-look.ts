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
  private stack: readonly DataWatch[] = [];
  private counts: readonly CountWatch[] = [];
  private reads = new WatchIndex<DataWatch>([]);
  /** Variables of frames. */
  private framed: readonly DataWatch[] = [];
  private glances: readonly Glance[] = [];
  private frameBefore: ByteAddress = 0;
  private countsBefore: readonly (number | null)[] = [];
  private readBefore: DataWatch[] = [];

  constructor(processor: Processor, manager: MemoryManager) {
    this.processor = processor;
    this.manager = manager;
  }

  /** @param stack ranges in the stack segment, watched for writes */
  set(stack: readonly DataWatch[], reads: readonly DataWatch[], counts: readonly CountWatch[]): void {
    this.stack = stack;
    this.counts = counts;
    this.reads = new WatchIndex(reads);
    this.framed = [...new Set([...stack, ...reads])].filter(({ frame }) => frame !== null);
  }
  get isEmpty(): boolean {
    return this.stack.length === 0 && this.counts.length === 0 && this.reads.isEmpty;
  }

  /** Before a step of a collection. */
  lookAtCounts(): void {
    this.countsBefore = this.counts.map(({ object }) => this.countOf(object));
  }
  /** Counts that have changed since. */
  *changedCounts(): Iterable<WatchHit> {
    for (const [i, watch] of this.counts.entries()) {
      const old = this.countsBefore[i] ?? null;
      const now = this.countOf(watch.object);
      if (old !== now) yield { watch, access: "count", old, now, isChange: true };
    }
  }

  /** Before an instruction. */
  look(): void {
    const { bytes } = this.processor.memory;
    this.lookAtCounts();
    this.frameBefore = this.processor.pvar;
    this.glances = this.stack.map((watch) => ({
      content: bytes.slice(watch.start, watch.start + watch.bytes),
      old: contentOf(bytes, watch),
    }));
    this.readBefore = [];
    if (this.reads.isEmpty) return;
    const note = (watch: DataWatch) => {
      if (!this.readBefore.includes(watch)) this.readBefore.push(watch);
    };
    try {
      eachRead(this.processor, (start, length) => this.reads.touched(start, length, note));
    } catch (problem) {
      // Damaged memory: what the instruction makes of it is seen when it runs.
      faultOf(problem);
    }
  }

  /** What the instruction has done. @param site where it stands: one that has not been carried out has read nothing */
  *seen(site: ByteAddress): Iterable<WatchHit> {
    const { bytes } = this.processor.memory;
    if (this.processor.pc !== site) {
      for (const watch of this.readBefore) {
        const now = contentOf(bytes, watch);
        yield { watch, access: "read", old: now, now, isChange: false };
      }
    }
    for (const [i, watch] of this.stack.entries()) {
      const { content, old } = this.glances[i] as Glance;
      if (!content.some((byte, k) => bytes[watch.start + k] !== byte)) continue;
      yield { watch, access: "write", old, now: contentOf(bytes, watch), isChange: true };
    }
    yield* this.changedCounts();
    yield* this.left();
  }

  /** Variables whose function has returned with this instruction. A frame stands above those of its callers. */
  private *left(): Iterable<WatchHit> {
    const { pvar } = this.processor;
    for (const watch of this.framed) {
      const top = STACK_BYTES + 2 * (watch.frame ?? 0) + FX_BYTES;
      if (this.frameBefore < top || pvar >= top) continue;
      yield { watch, access: "gone", old: null, now: null, isChange: false };
    }
  }

  private countOf(object: number): number | null {
    return this.manager.counts?.countOf(object) ?? null;
  }
}
