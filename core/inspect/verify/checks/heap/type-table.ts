/** The type table agrees with the type descriptors, and with where array space and typed pages lie. Source: memory specification, section 5. */
import { hex } from "../../../../base/errors.ts";
import type { TypeNumber, WordAddress } from "../../../../base/units.ts";
import {
  ARRAY_BASE,
  CHARACTER_BASE,
  MDS_UNIT_WORDS,
  MISCSTATS_BASE,
  PAGE_WORDS,
  SEGMENT_WORDS,
  SMALL_POSITIVE,
  TYPE_CHARACTER,
  TYPE_LISTP,
  TYPE_LITATOM,
  TYPE_NOREF,
  TYPE_NUMBER_MASK,
  TYPE_SMALLP,
  TYPE_TABLE_BASE,
} from "../../../../memory/layout.ts";
import type { VirtualMemory } from "../../../../memory/virtual-memory.ts";
import { CONS_PAGE_FIRST_CELL, CONS_PAGE_NEXT_CELL, freeConsOffsets } from "../../../../objects/cons.ts";
import { DTD_ENTRY, DTD_LIMIT, dtdAddress, instanceWords, typeName } from "../../../../objects/dtd.ts";
import { builtinType } from "../../../../objects/types.ts";
import { arraySpans, freeUnits, variableNumber } from "../../../heap/system.ts";
import { keepsCounts } from "../../../image-view.ts";
import type { Check, CheckContext } from "../../context.ts";
import type { Findings } from "../../finding.ts";
import { doubtedUnits } from "../../unit-evidence.ts";

/** The first storage state in which one of the two kinds of heap space has moved to the second area. */
const STATE_ARRAYS_SWITCHED = 3;

export const typeTable: Check = {
  name: "type-table",
  title: "type entries agree with the type descriptors, and with where array space and typed pages lie",
  *steps(context, findings) {
    checkFixed(context, findings);
    if (keepsCounts(context.view)) yield* context.prepare();
    const units = checkHeap(context, findings);
    checkUncounted(context, findings);
    findings.looked = `${units} typed units`;
  },
};

function entryAddress(unit: WordAddress): WordAddress {
  return TYPE_TABLE_BASE + (unit >> 9);
}

/** Immediates, symbol numbers, statistics and tables below the heap. */
function checkFixed({ memory, isDisabled }: CheckContext, findings: Findings): void {
  const entryOf = (type: TypeNumber) => builtinType(type)?.entry ?? TYPE_NOREF;
  for (let unit = 0; unit < ARRAY_BASE; unit += MDS_UNIT_WORDS) {
    const segment = Math.floor(unit / SEGMENT_WORDS) * SEGMENT_WORDS;
    const found = memory.word(entryAddress(unit));
    let expected = TYPE_NOREF;
    if (segment === CHARACTER_BASE) expected = entryOf(TYPE_CHARACTER);
    else if (segment === SMALL_POSITIVE || segment === SMALL_POSITIVE + SEGMENT_WORDS) expected = entryOf(TYPE_SMALLP);
    // The statistics are typed so that they can be used as boxes.
    else if (unit === MISCSTATS_BASE) expected = 0xb802;
    else if (segment === 0 && found !== TYPE_NOREF) expected = entryOf(TYPE_LITATOM);
    if (found === expected || (isDisabled && (found | TYPE_NOREF) === expected)) continue;
    const what = `the type entry of ${hex(unit)} to ${hex(unit + MDS_UNIT_WORDS - 1)} is wrong`;
    findings.error(entryAddress(unit), what, hex(expected), hex(found));
  }
}

/** @returns how many units have objects */
function checkHeap(context: CheckContext, findings: Findings): number {
  const { memory, isDisabled } = context;
  const place = heapPlaces(memory);
  const waiting = freeUnits(memory);
  let units = 0;
  for (let unit = ARRAY_BASE; unit < memory.sizeWords; unit += MDS_UNIT_WORDS) {
    const entry = memory.word(entryAddress(unit));
    const type = entry & TYPE_NUMBER_MASK;
    if (waiting.has(unit)) continue;
    const where = place(unit);
    const report = (what: string, expected: string) =>
      findings.error(
        entryAddress(unit),
        `the unit at ${hex(unit)} ${what}`,
        expected,
        `${hex(entry)} (${typeName(memory, type)})`,
      );
    if (type === 0) {
      if (entry !== 0 && entry !== TYPE_NOREF) report("has a type entry without a type", "0x0 or 0x8000");
      else if (entry === 0 && where === "unused")
        report("lies outside array space, but counts as array space", "0x8000");
      continue;
    }
    units++;
    if (where === "array")
      report("lies in array space, but has a type", "0x0, or 0x8000 among the code that the image was built with");
    else if (where === "unused") report("was not handed out yet, but has a type", "0x8000");
    else if (type >= DTD_LIMIT || instanceWords(memory, type) === 0)
      report("has a type that has no instances", "a declared type");
    else {
      const declared = memory.word(dtdAddress(type) + DTD_ENTRY);
      const isSame = entry === declared || (isDisabled && entry === (declared | TYPE_NOREF));
      if (!isSame) report("does not have the entry of its type", `${hex(declared)}, as the type descriptor says`);
      else checkShape(context, unit, type, findings);
    }
  }
  for (const [unit, doubt] of keepsCounts(context.view) ? doubtedUnits(context) : []) {
    const entry = memory.word(entryAddress(unit));
    if (unit < ARRAY_BASE) continue;
    const found = `${hex(entry)} (${typeName(memory, entry & TYPE_NUMBER_MASK)})`;
    findings.error(entryAddress(unit), `the unit at ${hex(unit)} ${doubt}`, "the type of the objects in it", found);
  }
  return units;
}

/** Where a unit of the heap lies: in array space, where typed pages are handed out, or in the room between them. */
function heapPlaces(memory: VirtualMemory): (unit: WordAddress) => "array" | "typed" | "unused" {
  const spans = arraySpans(memory);
  const isPrimary = (variableNumber(memory, "\\STORAGEFULLSTATE") ?? 0) < STATE_ARRAYS_SWITCHED;
  const nextTyped = variableNumber(memory, "\\NxtMDSPage");
  const nextArray = variableNumber(memory, "\\NxtArrayPage");
  return (unit) => {
    for (const [start, end] of spans) if (unit >= start && unit < end) return "array";
    if (!isPrimary || nextTyped === null || nextArray === null) return "typed";
    // Array pages are registered ahead of the blocks, two at a time.
    if (unit < nextArray * PAGE_WORDS) return "typed";
    return unit <= nextTyped * PAGE_WORDS ? "unused" : "typed";
  };
}

/** Cons pages have headers that nothing else has: a unit whose entry was exchanged with another's shows it. */
function checkShape({ memory }: CheckContext, unit: WordAddress, type: TypeNumber, findings: Findings): void {
  const looksLike = isConsPage(memory, unit) && isConsPage(memory, unit + PAGE_WORDS);
  if (looksLike === (type === TYPE_LISTP)) return;
  const what = looksLike
    ? `the unit at ${hex(unit)} looks like two cons pages, but has another type`
    : `the unit at ${hex(unit)} has the type of conses, but no cons page headers`;
  const expected = looksLike ? hex(TYPE_LISTP) : "another type, or pages with a header";
  const entry = memory.word(entryAddress(unit));
  findings.error(entryAddress(unit), what, expected, `${hex(entry)} (${typeName(memory, type)})`);
}

/** The header of a cons page: unused words zero, a free chain that is counted right, a link to another cons page or the mark for none. */
function isConsPage(memory: VirtualMemory, base: WordAddress): boolean {
  if (memory.cell(base) !== 0 || memory.cell(base + 2) !== 0 || memory.word(base + 5) !== 0) return false;
  const next = memory.cell(base + CONS_PAGE_NEXT_CELL);
  const isLinked = next === 0 || next === 0xffffffff || isTypedPage(memory, next, TYPE_LISTP);
  if (!isLinked) return false;
  const free = freeConsOffsets(memory, base >> 8);
  if (free.length !== memory.word(base + 4) >> 8) return false;
  // A page of zeros has no conses.
  return free.length > 0 || memory.cell(base + CONS_PAGE_FIRST_CELL) !== 0;
}

function isTypedPage(memory: VirtualMemory, page: number, type: TypeNumber): boolean {
  const unit = page * PAGE_WORDS;
  return unit < memory.sizeWords && (memory.word(entryAddress(unit)) & TYPE_NUMBER_MASK) === type;
}

/** Only the code area of the image builder is uncounted, which is one stretch. */
function checkUncounted({ memory, isDisabled }: CheckContext, findings: Findings): void {
  if (isDisabled) return;
  for (const [start, end] of arraySpans(memory)) {
    const runs: { start: WordAddress; units: number }[] = [];
    let wasUncounted = false;
    for (let unit = start & ~(MDS_UNIT_WORDS - 1); unit < Math.min(end, memory.sizeWords); unit += MDS_UNIT_WORDS) {
      const isUncounted = memory.word(entryAddress(unit)) === TYPE_NOREF;
      const last = runs.at(-1);
      if (isUncounted && wasUncounted && last !== undefined) last.units++;
      else if (isUncounted) runs.push({ start: unit, units: 1 });
      wasUncounted = isUncounted;
    }
    const longest = Math.max(0, ...runs.map(({ units }) => units));
    for (const run of runs.filter(({ units }) => units !== longest)) {
      const what = `${run.units} units of array space from ${hex(run.start)} on are not counted: blocks there are never freed`;
      findings.error(entryAddress(run.start), what, "0x0, but for the code that the image was built with", "0x8000");
    }
  }
}
