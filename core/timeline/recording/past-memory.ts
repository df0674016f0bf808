/** Memory as it was at a checkpoint, read from what the checkpoints keep: the machine stays where it is. */
import type { VirtualPage } from "../../base/units.ts";
import { PAGE_BYTES, PAGE_WORDS, STACK_BASE, STACK_WORDS } from "../../memory/layout.ts";
import type { MemoryLayers } from "../checkpoints.ts";
import type { RecordedPages } from "./recording.ts";

const FIRST_STACK_PAGE = STACK_BASE / PAGE_WORDS;
const STACK_PAGES = STACK_WORDS / PAGE_WORDS;

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
  const numbers = [...(layers.between[index - 1]?.pages() ?? [])];
  return gathered(numbers, (page) => pageAt(layers, index, page));
}

/** Pages in which two memories of one size differ, as they are in the first. */
export function differingPages(bytes: Uint8Array, other: Uint8Array): RecordedPages {
  const numbers: VirtualPage[] = [];
  for (let page = 0; page * PAGE_BYTES < bytes.length; page++) if (isDifferent(bytes, other, page)) numbers.push(page);
  return gathered(numbers, (page) => bytes.subarray(page * PAGE_BYTES, (page + 1) * PAGE_BYTES));
}

function isDifferent(bytes: Uint8Array, other: Uint8Array, page: VirtualPage): boolean {
  for (let i = page * PAGE_BYTES; i < (page + 1) * PAGE_BYTES; i++) if (bytes[i] !== other[i]) return true;
  return false;
}

function gathered(numbers: readonly VirtualPage[], content: (page: VirtualPage) => Uint8Array): RecordedPages {
  const contents = new Uint8Array(numbers.length * PAGE_BYTES);
  numbers.forEach((page, i) => {
    contents.set(content(page), i * PAGE_BYTES);
  });
  return { numbers: Int32Array.from(numbers), contents };
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
