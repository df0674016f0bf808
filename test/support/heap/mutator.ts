/**
 * Random mutator programs for memory managers: the program runs on a heap and on a model made of plain objects, and both are compared.
 * An operation names its operands by numbers that are taken modulo what there is, so that every program is a legal one.
 */
import fc from "fast-check";
import type { Pointer, TypeNumber, Words } from "../../../core/base/units.ts";
import { silent } from "../../../core/managers/events.ts";
import { NIL, SMALL_POSITIVE } from "../../../core/memory/layout.ts";
import { car, cdr } from "../../../core/objects/cons.ts";
import { builtinType } from "../../../core/objects/types.ts";
import type { ManagedHeap } from "./managed-heap.ts";

/** Where the operands of an operation come from: a root, or a small integer. */
type Operand = number;

export type Operation =
  | { readonly kind: "cons"; readonly car: Operand; readonly cdr: Operand }
  | { readonly kind: "record"; readonly type: TypeNumber }
  | { readonly kind: "vector"; readonly cells: number }
  | { readonly kind: "bytes"; readonly cells: number }
  | { readonly kind: "store"; readonly object: Operand; readonly field: number; readonly value: Operand }
  /** Puts what a field refers to onto the stack. */
  | { readonly kind: "load"; readonly object: Operand; readonly field: number }
  | { readonly kind: "drop"; readonly root: Operand; readonly count: number }
  | { readonly kind: "collect" };

const LISTP = 5;
/** FIXP, closures, array headers, hunks of 2, 5, 24 and 64 cells: the last has fields far from its start. */
const RECORD_TYPES = [2, 13, 14, 31, 33, 40, 43] as const;
const operand = fc.nat(1000);

export const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("cons" as const), car: operand, cdr: operand }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("record" as const), type: fc.constantFrom(...RECORD_TYPES) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("vector" as const), cells: fc.integer({ min: 0, max: 300 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("bytes" as const), cells: fc.integer({ min: 0, max: 300 }) }) },
  {
    weight: 10,
    arbitrary: fc.record({ kind: fc.constant("store" as const), object: operand, field: fc.nat(70), value: operand }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("load" as const), object: operand, field: fc.nat(70) }) },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant("drop" as const), root: operand, count: fc.integer({ min: 1, max: 6 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "collect" as const }) },
);
export const programs = fc.array(operation, { minLength: 1, maxLength: 400, size: "max" });

/** An object of the model. `fields` are other objects or immediates. */
export interface ModelObject {
  readonly type: TypeNumber;
  readonly pointer: Pointer;
  readonly sizeWords: Words;
  readonly fields: (ModelObject | Pointer)[];
}
type Value = ModelObject | Pointer;

export class Mutator {
  readonly heap: ManagedHeap;
  /** The model's copy of the stack. */
  readonly roots: Value[] = [];
  /** Everything allocated and not freed yet, reachable or not. */
  readonly allocated = new Map<Pointer, ModelObject>();
  readonly problems: string[] = [];
  readonly events = { allocatedObjects: 0, allocatedWords: 0, freedObjects: 0, freedWords: 0, collections: 0 };

  constructor(heap: ManagedHeap) {
    this.heap = heap;
    const { countOperations: _, ...statistics } = heap.manager.statistics();
    Object.assign(this.events, statistics);
    heap.manager.observer = {
      ...silent,
      allocated: (_object, _type, words) => {
        this.events.allocatedObjects++;
        this.events.allocatedWords += words;
      },
      freed: (object, type, words) => {
        this.events.freedObjects++;
        this.events.freedWords += words;
        const known = this.allocated.get(object);
        if (known === undefined) this.problems.push(`freed ${object}, which is not allocated`);
        else if (known.type !== type) this.problems.push(`freed ${object} as type ${type}, it has type ${known.type}`);
        this.allocated.delete(object);
      },
      lifetime: (kind, _object, words, after) => {
        if (kind === "arena.alloc" || kind === "stack.alloc") {
          this.events.allocatedObjects++;
          this.events.allocatedWords += words;
        } else if (kind === "arena.end" || kind === "arena.reset" || kind === "stack.end") {
          this.events.freedObjects += after;
          this.events.freedWords += words;
        }
      },
      collectionPhase: (phase) => {
        if (phase === "end") this.events.collections++;
      },
      countError: (object, message) => this.problems.push(`${object}: ${message}`),
      memoryError: (object, message) => this.problems.push(`${object}: ${message}`),
    };
  }

  run(program: readonly Operation[]): void {
    for (const operation of program) this.perform(operation);
  }

  perform(operation: Operation): void {
    const { manager } = this.heap;
    switch (operation.kind) {
      case "cons": {
        const head = this.value(operation.car);
        const tail = this.value(operation.cdr);
        this.push(LISTP, manager.cons(pointerOf(head), pointerOf(tail)), [head, tail]);
        break;
      }
      case "record": {
        const { pointerOffsets } = builtinType(operation.type) as { pointerOffsets: readonly number[] };
        this.push(
          operation.type,
          manager.allocate(operation.type),
          pointerOffsets.map(() => NIL),
        );
        break;
      }
      case "vector":
        this.push(0, manager.allocateBlock(operation.cells, 1), new Array(operation.cells).fill(NIL));
        break;
      case "bytes":
        this.push(0, manager.allocateBlock(operation.cells, 0), []);
        break;
      case "store":
        this.store(operation.object, operation.field, operation.value);
        break;
      case "load": {
        const holder = this.object(operation.object);
        if (holder !== null) this.pushRoot(holder.fields[operation.field % holder.fields.length] as Value);
        break;
      }
      case "drop": {
        const start = operation.root % (this.roots.length + 1);
        this.roots.splice(start, operation.count);
        this.heap.roots.splice(start, operation.count);
        break;
      }
      case "collect":
        manager.collect("request");
    }
    const cause = manager.due();
    if (cause !== null) manager.collect(cause);
  }

  private store(object: Operand, field: number, value: Operand): void {
    const holder = this.object(object);
    if (holder === null) return;
    const index = field % holder.fields.length;
    const stored = this.value(value);
    const pointer = pointerOf(stored);
    holder.fields[index] = stored;
    if (holder.type !== LISTP) this.heap.setField(holder.pointer, this.cellOf(holder, index), pointer);
    else if (index === 0) this.heap.setCar(holder.pointer, pointer);
    else this.heap.manager.replaceCdr(holder.pointer, pointer);
  }

  /** Cell number of a pointer field. */
  private cellOf(holder: ModelObject, index: number): number {
    if (holder.type === 0) return index;
    return ((builtinType(holder.type)?.pointerOffsets ?? [])[index] as number) / 2;
  }

  private value(operand: Operand): Value {
    const choice = operand % (this.roots.length + 2);
    if (choice === 0) return NIL;
    return this.roots[choice - 1] ?? SMALL_POSITIVE + (operand % 100);
  }
  /** The first root from a place on that has pointer fields. */
  private object(operand: Operand): ModelObject | null {
    for (let i = 0; i < this.roots.length; i++) {
      const root = this.roots[(operand + i) % this.roots.length];
      if (typeof root === "object" && root.fields.length > 0) return root;
    }
    return null;
  }
  private push(type: TypeNumber, pointer: Pointer, fields: Value[]): void {
    const object = { type, pointer, fields, sizeWords: sizeOf(type, fields) };
    if (this.allocated.has(pointer)) this.problems.push(`allocated ${pointer} twice`);
    this.allocated.set(pointer, object);
    this.pushRoot(object);
  }
  private pushRoot(value: Value): void {
    this.roots.push(value);
    this.heap.roots.push(pointerOf(value));
  }

  /** Compares everything that the roots reach with the heap. */
  reachableProblems(): string[] {
    const { memory } = this.heap;
    const problems: string[] = [];
    for (const object of this.reachable()) {
      if (!this.allocated.has(object.pointer)) problems.push(`${object.pointer} is reachable and was freed`);
      object.fields.forEach((field, index) => {
        const actual =
          object.type !== LISTP
            ? memory.pointer(object.pointer + 2 * this.cellOf(object, index))
            : (index === 0 ? car : cdr)(memory, object.pointer);
        if (actual !== pointerOf(field)) problems.push(`field ${index} of ${object.pointer} holds ${actual}`);
      });
    }
    return problems;
  }

  reachable(): Set<ModelObject> {
    const found = new Set<ModelObject>();
    const pending = this.roots.filter((root) => typeof root === "object");
    for (let object = pending.pop(); object !== undefined; object = pending.pop()) {
      if (found.has(object)) continue;
      found.add(object);
      pending.push(...object.fields.filter((field) => typeof field === "object"));
    }
    return found;
  }

  /** References that fields of allocated objects hold, by object. */
  references(): Map<Pointer, number> {
    const counts = new Map<Pointer, number>();
    for (const holder of this.allocated.values()) {
      for (const field of holder.fields) {
        if (typeof field === "object") counts.set(field.pointer, (counts.get(field.pointer) ?? 0) + 1);
      }
    }
    return counts;
  }

  /** What remains when objects without references are taken away until there are none: cycles, and what hangs on them. */
  cyclic(): Set<Pointer> {
    const counts = this.references();
    const remaining = new Map(this.allocated);
    const pending = [...remaining.values()].filter((object) => !counts.has(object.pointer));
    for (let object = pending.pop(); object !== undefined; object = pending.pop()) {
      remaining.delete(object.pointer);
      for (const field of object.fields) {
        if (typeof field !== "object") continue;
        const left = (counts.get(field.pointer) as number) - 1;
        counts.set(field.pointer, left);
        if (left === 0) pending.push(field);
      }
    }
    return new Set(remaining.keys());
  }
}

function pointerOf(value: Value): Pointer {
  return typeof value === "object" ? value.pointer : value;
}
/** Words that an object occupies at least, from its pointer on. */
function sizeOf(type: TypeNumber, fields: readonly Value[]): Words {
  if (type === LISTP) return 2;
  return type === 0 ? 2 * fields.length : (builtinType(type)?.words ?? 0);
}
