/** Memory as it was at a checkpoint, read from what the checkpoints keep: the machine stays where it is. */
import { IntList } from "../../base/int-list.ts";
import type { IndexSteps } from "../../base/steps.ts";
import type { VirtualPage } from "../../base/units.ts";
import { PAGE_BYTES, PAGE_WORDS, STACK_BASE, STACK_WORDS } from "../../memory/layout.ts";
import type { PageContents } from "../../vm/gates/page-contents.ts";
import type { MemoryLayers } from "../checkpoints.ts";
import type { RecordedPages } from "./recording.ts";

const FIRST_STACK_PAGE = STACK_BASE / PAGE_WORDS;
const STACK_PAGES = STACK_WORDS / PAGE_WORDS;
const PAGE_CELLS = PAGE_BYTES / 4;
/** Pages that are looked at in a step. */
const STEP_PAGES = 4096;
const PHASE = "Collecting memory";

/** A copy of the whole memory at a checkpoint, by its index. */
export function memoryAt({ between, at, written, stack, now }: MemoryLayers, index: number): Uint8Array {
  const bytes = now.slice();
  written.writeTo(bytes);
  bytes.set(stack, 2 * STACK_BASE);
  for (let i = at - 1; i >= index; i--) between[i]?.writeTo(bytes);
  for (let i = at; i < index; i++) between[i]?.writeTo(bytes);
  return bytes;
}

/** Pages in which a checkpoint differs from the one before, as they are at it. */
export function pagesOf(layers: MemoryLayers, index: number): RecordedPages {
  const numbers = Int32Array.from(layers.between[index - 1]?.pages() ?? []);
  const contents = new Uint8Array(numbers.length * PAGE_BYTES);
  numbers.forEach((page, i) => {
    contents.set(pageAt(layers, index, page), i * PAGE_BYTES);
  });
  return { numbers, contents };
}

/** Pages in which memory at the first checkpoint differs from another memory of its size; without one, those that are not zero. */
export function* firstPages(layers: MemoryLayers, other: Uint8Array | null): IndexSteps<RecordedPages> {
  const changed = yield* changedSince(layers);
  const { now } = layers;
  const total = now.length / PAGE_BYTES;
  const numbers = new IntList();
  const differs = difference(now, other);
  for (let page = 0; page < total; page++) {
    if (page % STEP_PAGES === 0) yield { phase: PHASE, done: page, total: 2 * total };
    const old = changed.get(page);
    if (old === undefined ? differs(page) : isDifferent(old, other, page)) numbers.push(page);
  }
  const contents = new Uint8Array(numbers.length * PAGE_BYTES);
  for (let i = 0; i < numbers.length; i++) {
    if (i % STEP_PAGES === 0) yield { phase: PHASE, done: total + i, total: total + numbers.length };
    const page = numbers.at(i);
    contents.set(changed.get(page) ?? now.subarray(page * PAGE_BYTES, (page + 1) * PAGE_BYTES), i * PAGE_BYTES);
  }
  return { numbers: numbers.toArray(), contents };
}

/** Pages that may have changed since the first checkpoint, as they were there. */
function* changedSince({ between, at, written, stack }: MemoryLayers): IndexSteps<Map<VirtualPage, Uint8Array>> {
  const changed = new Map<VirtualPage, Uint8Array>();
  const note = (contents: PageContents) => {
    for (const page of contents.pages())
      if (!changed.has(page)) changed.set(page, contents.content(page) as Uint8Array);
  };
  // The earliest comes first: what is nearest to the first checkpoint counts.
  for (let i = 0; i < at; i++) {
    if (i % 16 === 0) yield { phase: PHASE, done: 0, total: 1 };
    note(between[i] as PageContents);
  }
  for (let i = 0; i < STACK_PAGES; i++) {
    const page = FIRST_STACK_PAGE + i;
    if (!changed.has(page)) changed.set(page, stack.subarray(i * PAGE_BYTES, (i + 1) * PAGE_BYTES));
  }
  note(written);
  return changed;
}

/** Whether a page of one memory is different in another, or not zero. */
function difference(now: Uint8Array, other: Uint8Array | null): (page: VirtualPage) => boolean {
  const cells = new Int32Array(now.buffer, now.byteOffset, now.length >> 2);
  const others = other === null ? null : new Int32Array(other.buffer, other.byteOffset, other.length >> 2);
  return (page) => {
    const end = (page + 1) * PAGE_CELLS;
    if (others === null) {
      for (let i = page * PAGE_CELLS; i < end; i++) if (cells[i] !== 0) return true;
    } else {
      for (let i = page * PAGE_CELLS; i < end; i++) if (cells[i] !== others[i]) return true;
    }
    return false;
  };
}

function isDifferent(content: Uint8Array, other: Uint8Array | null, page: VirtualPage): boolean {
  const start = page * PAGE_BYTES;
  for (let i = 0; i < PAGE_BYTES; i++) if (content[i] !== (other === null ? 0 : other[start + i])) return true;
  return false;
}

function pageAt({ between, at, written, stack, now }: MemoryLayers, index: number, page: VirtualPage): Uint8Array {
  // Behind the machine the nearest pages with it are those that were there; ahead of it, the last ones before.
  for (let i = index; i < at; i++) {
    const content = between[i]?.content(page) ?? null;
    if (content !== null) return content;
  }
  for (let i = index - 1; i >= at; i--) {
    const content = between[i]?.content(page) ?? null;
    if (content !== null) return content;
  }
  const inStack = page - FIRST_STACK_PAGE;
  if (inStack >= 0 && inStack < STACK_PAGES) return stack.subarray(inStack * PAGE_BYTES, (inStack + 1) * PAGE_BYTES);
  return written.content(page) ?? now.subarray(page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
}
