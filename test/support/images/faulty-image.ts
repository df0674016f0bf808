/**
 * A sound image with something of everything, and copies of it that a test may break: lists, vectors, strings, closures, boxed numbers, counts that collide,
 * a big count, free lists of all kinds, and a stack that is some frames deep.
 */
import type { Pointer, TypeNumber, WordAddress } from "../../../core/base/units.ts";
import type { HeapMap } from "../../../core/inspect/heap/heap-map.ts";
import { mapMemory } from "../../../core/inspect/heap/map-steps.ts";
import { arraySpans } from "../../../core/inspect/heap/system.ts";
import { deadImage, type ImageView } from "../../../core/inspect/image-view.ts";
import { type Tiling, tileArraySpace } from "../../../core/inspect/verify/tiling.ts";
import { HTCOLL_BASE, HTMAIN_BASE } from "../../../core/memory/layout.ts";
import { VirtualMemory } from "../../../core/memory/virtual-memory.ts";
import type { ArrayBlock } from "../../../core/objects/arrays/blocks.ts";
import { CodeDirectory } from "../../../core/objects/code/code-directory.ts";
import { imageStoppedIn } from "./dead-image.ts";

const PROGRAM = `
(define kept nil)
(define shared (list 1 2 3))
(define (item i)
  (let* ((x (list i (+ i 100000) (/ (* 1.0 i) 3.0)))
         (v (make-vector (+ 3 (% i 9)) x)))
    (vector-set! v 0 shared)
    (list x v (string-append "item " (number->string i)) (lambda (y) (cons x y)))))
(for (i 0 2500) (let ((x (item i))) (unless (= (% i 3) 0) (set! kept (cons x kept)))))
(define all (make-vector 33000 (list "held very often")))
(gc)
(define (leaf) 1)
(define (deep n) (if (= n 0) (leaf) (+ 1 (deep (- n 1)))))
(deep 12)
`;

let base: VirtualMemory | null = null;

/** What is known of the sound image: made once, nobody writes to its memory. */
export interface SoundImage {
  readonly memory: VirtualMemory;
  readonly map: HeapMap;
  readonly tiling: Tiling;
  readonly blocks: readonly ArrayBlock[];
  /** Objects by type. */
  readonly objects: ReadonlyMap<TypeNumber, readonly Pointer[]>;
  /** Cells of the main table that hold a single entry; those that lead to a chain, with the pairs of each. */
  readonly entries: readonly WordAddress[];
  readonly chains: readonly { readonly main: WordAddress; readonly pairs: readonly WordAddress[] }[];
}

function soundMemory(): VirtualMemory {
  base ??= imageStoppedIn(PROGRAM, "leaf").memory;
  return base;
}

/** A copy that may be changed; the view keeps nothing of another one. */
export function copyOfSound(): ImageView {
  const { bytes, sizeBytes } = soundMemory();
  const copy = new VirtualMemory(sizeBytes >> 20);
  copy.bytes.set(bytes);
  return deadImage(copy, new CodeDirectory());
}

export function soundImage(): SoundImage {
  const memory = soundMemory();
  const map = mapMemory(memory);
  const blocks: ArrayBlock[] = [];
  const tiling = tileArraySpace(memory, arraySpans(memory), (block) => blocks.push(block));
  const objects = new Map<TypeNumber, Pointer[]>();
  map.eachObject((object, type) => {
    const known = objects.get(type);
    if (known === undefined) objects.set(type, [object]);
    else known.push(object);
  });
  const entries: WordAddress[] = [];
  const chains: { main: WordAddress; pairs: WordAddress[] }[] = [];
  for (let main = HTMAIN_BASE; main < HTMAIN_BASE + 0x10000; main += 2) {
    const cell = memory.cell(main);
    if (cell === 0) continue;
    if ((cell & 1) === 0) entries.push(main);
    else {
      const pairs: WordAddress[] = [];
      for (let link = cell - 1; link !== 0; link = memory.cell(HTCOLL_BASE + 2 * link + 2))
        pairs.push(HTCOLL_BASE + 2 * link);
      chains.push({ main, pairs });
    }
  }
  return { memory, map, tiling, blocks, objects, entries, chains };
}
