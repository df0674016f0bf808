/** Random object graphs in a small image, and what can be said of them by trying: reachability, domination and cycles without any cleverness. */
import fc from "fast-check";
import type { Pointer } from "../../../core/base/units.ts";
import { eachRoot } from "../../../core/inspect/counts/references.ts";
import { mapMemory } from "../../../core/inspect/heap/map-steps.ts";
import type { ImageView } from "../../../core/inspect/image-view.ts";
import { CodeDirectory } from "../../../core/objects/code/code-directory.ts";
import { eachPointer } from "../../../core/objects/object-slots.ts";
import { valueCell } from "../../../core/objects/symbols.ts";
import { TestImage } from "../images/test-image.ts";

/** Objects 0 … kinds.length - 1; edges as pairs of an object and what one of its slots refers to; roots as objects that symbols name. */
export interface HeapPlan {
  readonly kinds: readonly ("cons" | "closure" | "block" | "symbol" | "indirect")[];
  readonly edges: readonly (readonly [number, number])[];
  readonly roots: readonly number[];
}

export function heapPlans(most = 24): fc.Arbitrary<HeapPlan> {
  return fc
    .array(fc.constantFrom("cons", "cons", "indirect", "closure", "block", "symbol"), { minLength: 1, maxLength: most })
    .chain((kinds) => {
      const object = fc.nat(kinds.length - 1);
      return fc.record({
        kinds: fc.constant(kinds as HeapPlan["kinds"]),
        edges: fc.array(fc.tuple(object, object), { maxLength: 2 * kinds.length }),
        roots: fc.array(object, { maxLength: 3 }),
      });
    });
}

const SLOTS = { cons: 2, indirect: 2, closure: 2, block: 6, symbol: 3 };

export interface BuiltHeap {
  readonly view: ImageView;
  readonly objects: readonly Pointer[];
}

export function buildHeap({ kinds, edges, roots }: HeapPlan): BuiltHeap {
  const image = new TestImage(8).declareTypes();
  const { memory } = image;
  const replacements = new Map<Pointer, Pointer>();
  const objects = kinds.map((kind, i) => {
    if (kind === "block") return image.block(6, 1);
    if (kind === "closure") return image.object(13);
    if (kind === "symbol") return image.newSymbol(`N${i}`);
    const cons = image.cons(0, 0);
    if (kind === "cons") return cons;
    // The second cell of the pair becomes an object: an indirect cons, whose cells are those of another pair.
    const pair = image.cons(0, 0);
    memory.setCell(cons, 0x80000000);
    memory.setCell(cons + 2, pair);
    replacements.set(cons + 2, pair);
    return cons + 2;
  });
  const used = new Map<number, number>();
  for (const [from, to] of edges) {
    const kind = kinds[from] ?? "cons";
    const slot = (used.get(from) ?? 0) % SLOTS[kind];
    used.set(from, (used.get(from) ?? 0) + 1);
    const holder = replacements.get(objects[from] ?? 0) ?? objects[from] ?? 0;
    const at = kind === "symbol" ? holder + 2 + 2 * slot : holder + 2 * slot;
    memory.setPointer(at, objects[to] ?? 0);
  }
  for (const [i, root] of roots.entries()) memory.setPointer(valueCell(image.symbol(`ROOT${i}`)), objects[root] ?? 0);
  const view = { memory, registers: null, manager: null, collection: null, code: new CodeDirectory(), memo: new Map() };
  return { view, objects };
}

/** An object graph as sets: what each object refers to, what the roots refer to. Symbols that are objects are roots. */
export interface PlainGraph {
  readonly children: ReadonlyMap<Pointer, ReadonlySet<Pointer>>;
  readonly roots: ReadonlySet<Pointer>;
  /** How many slots refer to an object, roots included. */
  readonly references: ReadonlyMap<Pointer, number>;
}

export function plainGraph(view: ImageView): PlainGraph {
  const map = mapMemory(view.memory);
  const children = new Map<Pointer, Set<Pointer>>();
  const roots = new Set<Pointer>();
  const references = new Map<Pointer, number>();
  const refer = (from: Set<Pointer>, target: Pointer) => {
    if (!map.isObject(target)) return;
    from.add(target);
    references.set(target, (references.get(target) ?? 0) + 1);
  };
  eachRoot(view, map, ({ holderKind, holder, target }) => {
    if (holderKind === "symbol" && map.isObject(holder)) roots.add(holder);
    else refer(roots, target);
  });
  map.eachObject((object) => {
    const targets = new Set<Pointer>();
    eachPointer(view.memory, object, (target) => refer(targets, target));
    children.set(object, targets);
  });
  return { children, roots, references };
}

/** Everything that `starts` reach without passing `without`, each with its distance from them. */
export function distances(
  { children }: PlainGraph,
  starts: Iterable<Pointer>,
  without: Pointer | null = null,
): ReadonlyMap<Pointer, number> {
  const found = new Map<Pointer, number>();
  let level = [...starts].filter((start) => start !== without);
  for (let distance = 0; level.length > 0; distance++) {
    const next: Pointer[] = [];
    for (const object of level) {
      if (found.has(object)) continue;
      found.set(object, distance);
      for (const child of children.get(object) ?? []) if (child !== without) next.push(child);
    }
    level = next;
  }
  return found;
}

/** The slots of each object of `reusableHeap`. */
export const REUSED_SLOTS = 6;

/** Blocks of pointers whose references can be laid anew, again and again, without a new image; the first is held by a root. */
export function reusableHeap(objects: number): {
  readonly blocks: readonly Pointer[];
  wire(edges: readonly (readonly number[])[]): ImageView;
} {
  const { view, objects: blocks } = buildHeap({
    kinds: Array.from({ length: objects }, () => "block" as const),
    edges: [],
    roots: [0],
  });
  const wire = (edges: readonly (readonly number[])[]) => {
    for (const [i, block] of blocks.entries()) {
      for (let slot = 0; slot < REUSED_SLOTS; slot++) {
        const to = edges[i]?.[slot];
        view.memory.setPointer(block + 2 * slot, to === undefined ? 0 : (blocks[to] ?? 0));
      }
    }
    return { ...view, memo: new Map() };
  };
  return { blocks, wire };
}
