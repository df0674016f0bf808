/**
 * What healthy Medley images count in another way than the table of counted slots says: exceptions a and b of the rule.
 * Images that we build ourselves have neither.
 * Source: collection specification, sections 7.5, 7.8 and 11.2.
 */
import type { Pointer } from "../../base/units.ts";
import { locateClosureCache } from "../../managers/storage/system-variables.ts";
import { NIL, POINTER_MASK, TYPE_CLOSURE } from "../../memory/layout.ts";
import { isMapped } from "../../memory/translation.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import type { HeapMap } from "../heap/heap-map.ts";
import { variableValue } from "../heap/system.ts";

// The record of the cache: base of the slot vector, index of its last slot.
const CACHE_RECORD_WORDS = 8;
const CACHE_LAST_WORD = 2;

/** Exception a: closures in the slot vector of the closure cache. Their link to the code is not counted until the cache drops them. */
export function cachedClosures(memory: VirtualMemory, map: HeapMap): ReadonlySet<Pointer> {
  const closures = new Set<Pointer>();
  const variables = locateClosureCache(memory);
  const record = variables === null ? NIL : memory.pointer(variables.cache);
  if (record === NIL || !map.isObject(record) || !isMapped(memory, record, CACHE_RECORD_WORDS)) return closures;
  const vector = memory.pointer(record);
  const slots = memory.word(record + CACHE_LAST_WORD) + 1;
  if (!map.isObject(vector) || !isMapped(memory, vector, 2 * slots)) return closures;
  for (let i = 0; i < slots; i++) {
    const closure = memory.pointer(vector + 2 * i);
    if (map.isObject(closure) && map.typeAt(closure) === TYPE_CLOSURE) closures.add(closure);
  }
  return closures;
}

// A BUFFER: cell 1 its page, cell 3 the noreference bit and the next buffer of the system.
const BUFFER_WORDS = 8;
const BUFFER_PAGE = 2;
const BUFFER_LINK = 6;
const NO_REFERENCE = 0x80000000;

/** Exception b: pages of buffers that the collector found at count 0 and kept, each worth one reference. */
export function heldPages(memory: VirtualMemory, map: HeapMap): readonly Pointer[] {
  const pages: Pointer[] = [];
  const seen = new Set<Pointer>();
  let buffer = (variableValue(memory, "SYSTEMBUFFERLIST") ?? NIL) & POINTER_MASK;
  while (map.isObject(buffer) && !seen.has(buffer) && isMapped(memory, buffer, BUFFER_WORDS)) {
    seen.add(buffer);
    const link = memory.cell(buffer + BUFFER_LINK);
    const page = memory.pointer(buffer + BUFFER_PAGE);
    if ((link & NO_REFERENCE) !== 0 && map.isObject(page)) pages.push(page);
    buffer = link & POINTER_MASK;
  }
  return pages;
}
