/**
 * The heap of the mark-sweep manager without a machine: objects are plain records with a size and references, and this class stands where the machine stands.
 * Like the machine it collects when that is due, and once when storage is full.
 */
import { VmFault } from "../../../core/base/errors.ts";
import { ObjectTable } from "../../../core/managers/mark-sweep/table/object-table.ts";
import type { IdSink } from "../../../core/managers/mark-sweep/trace/marks.ts";
import {
  type CycleKind,
  DEFAULT_POLICY,
  type HeapPolicy,
  TracedHeap,
} from "../../../core/managers/mark-sweep/traced-heap.ts";

/** Objects of a region, in the order of their allocation. */
export const REGION_OBJECTS = 100;

interface Value {
  readonly value: unknown;
  /** Handles. */
  readonly references: number[];
}

export interface ZexusOptions extends Partial<HeapPolicy> {
  readonly limit?: number;
  readonly history?: number;
}

export class ZexusHeap {
  readonly table: ObjectTable;
  readonly heap: TracedHeap;
  now = 0;
  private readonly values: Value[] = [];

  constructor({ limit, history, ...policy }: ZexusOptions = {}) {
    this.table = new ObjectTable(limit, history);
    this.heap = new TracedHeap(
      this.table,
      {
        beginScan: () => {},
        regionOf: (id) => Math.floor((this.table.payloads[id] as number) / REGION_OBJECTS),
        scan: (id, sink) => this.scan(id, sink),
        release: (id) => {
          delete this.values[this.table.payloads[id] as number];
        },
      },
      { ...DEFAULT_POLICY, ...policy },
    );
  }

  /** What the heap is told to look into objects with. */
  readonly scanObject = (id: number, sink: IdSink) => this.scan(id, sink);

  private scan(id: number, sink: IdSink): void {
    for (const handle of this.at(id).references) if (this.table.isCurrent(handle)) sink.mark(this.table.idIn(handle));
  }
  private at(id: number): Value {
    return this.values[this.table.payloads[id] as number] as Value;
  }

  /** @returns the handle */
  allocate(size: number, value: unknown = null, { root = false, references = [] as number[] } = {}): number {
    let id: number;
    try {
      id = this.heap.allocate(size, this.values.length, this.now);
    } catch (fault) {
      if (!(fault instanceof VmFault)) throw fault;
      this.collect();
      id = this.heap.allocate(size, this.values.length, this.now);
    }
    this.values.push({ value, references: [] });
    if (root) this.table.addRoot(id);
    const handle = this.table.handle(id);
    for (const reference of references) this.refer(handle, reference);
    if (this.heap.isDue) this.collect({ keepsNewest: true });
    return handle;
  }

  id(handle: number): number {
    return this.table.idIn(handle);
  }
  get(handle: number): unknown {
    return this.at(this.table.idOf(handle)).value;
  }

  refer(holder: number, target: number): void {
    this.at(this.table.idOf(holder)).references.push(target);
    this.heap.replaced(this.id(holder), -1, this.id(target));
  }
  /** Deletes one reference of an object. */
  cut(holder: number, target: number): void {
    const { references } = this.at(this.table.idOf(holder));
    references.splice(references.indexOf(target), 1);
    this.heap.replaced(this.id(holder), this.id(target), -1);
  }

  /** A reference leads elsewhere without anyone being told: storage was used again. */
  aim(holder: number, target: number): void {
    this.at(this.table.idOf(holder)).references[0] = target;
  }

  /** A whole collection. @returns objects collected */
  collect({ kind = "major" as CycleKind, keepsNewest = false } = {}): number {
    this.heap.begin(kind, keepsNewest);
    if (kind !== "counted") this.heap.trace(Number.POSITIVE_INFINITY);
    return this.sweep();
  }
  /** The rest of a collection that is marked. */
  sweep(mostRegions = Number.POSITIVE_INFINITY): number {
    let collected = 0;
    this.heap.beginSweep(mostRegions);
    while (this.heap.sweepNext()) collected++;
    this.heap.end();
    return collected;
  }

  /** Handles of the live objects, in the order of their ids. */
  live(): number[] {
    const found: number[] = [];
    this.table.eachObject((id) => found.push(this.table.handle(id)));
    return found;
  }
}

/** Bytes of a text of ASCII characters, as the published figures count them. */
export function textBytes(length: number): number {
  return 41 + length;
}
/** The same of a small integer. */
export const INTEGER_BYTES = 28;
