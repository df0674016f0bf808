/**
 * What speaks for another type of a unit than the type table says: free objects of another type, references into the inside of objects, names
 * where no names are, objects that belong to nobody. One object proves little; several in one unit do.
 */
import type { TypeNumber, WordAddress } from "../../base/units.ts";
import { MDS_UNIT_WORDS, TYPE_BLOCK, TYPE_LISTP, TYPE_NEW_ATOM } from "../../memory/layout.ts";
import { DTD_FREE, DTD_LIMIT, dtdAddress, instanceWords, typeName } from "../../objects/dtd.ts";
import { nameCell } from "../../objects/symbols.ts";
import { isCounted, isUnboxedHunk } from "../../objects/types.ts";
import { walkEntries } from "../counts/count-walk.ts";
import { eachSymbol } from "../counts/references.ts";
import { CellSet } from "./cell-set.ts";
import type { CheckContext } from "./context.ts";

/** Witnesses that are needed, and for objects of nobody the least number of them in a unit that has hardly others. */
const WITNESSES = 3;
const NOBODYS = 8;

/** Units with a reason to doubt their type, each with that reason. */
export function doubtedUnits(context: CheckContext): ReadonlyMap<WordAddress, string> {
  const doubts = new Map<WordAddress, string>();
  for (const [unit, type] of unitsOfFreeObjects(context)) {
    doubts.set(unit, `holds free objects of type ${type} ${typeName(context.memory, type)}`);
  }
  for (const unit of unitsPointedInto(context)) {
    if (!doubts.has(unit)) doubts.set(unit, "is pointed into, at places where none of its objects begins");
  }
  for (const unit of unitsOfNames(context)) {
    if (!doubts.has(unit)) doubts.set(unit, "holds print names of symbols");
  }
  for (const unit of unitsOfNamelessSymbols(context)) {
    if (!doubts.has(unit)) doubts.set(unit, "holds hardly a symbol that has a print name");
  }
  for (const unit of unitsOfNobody(context)) {
    if (!doubts.has(unit)) doubts.set(unit, "holds hardly an object that anybody refers to");
  }
  return doubts;
}

/** Units of one type that the free chain of another leads through several times. */
function unitsOfFreeObjects({ memory, map }: CheckContext): Map<WordAddress, TypeNumber> {
  const found = new Map<WordAddress, TypeNumber>();
  const seen = new CellSet(memory.sizeWords);
  for (let type = 1; type < DTD_LIMIT; type++) {
    const size = instanceWords(memory, type);
    if (size < 2 || type === TYPE_LISTP) continue;
    const foreign = new Map<WordAddress, number>();
    let object = memory.pointer(dtdAddress(type) + DTD_FREE);
    while (object !== 0 && object % 2 === 0 && object < memory.sizeWords && seen.add(object)) {
      const unit = object - (object % MDS_UNIT_WORDS);
      if (map.typeAt(object) !== type) foreign.set(unit, (foreign.get(unit) ?? 0) + 1);
      object = memory.pointer(object);
    }
    const needed = Math.min(WITNESSES, Math.max(1, MDS_UNIT_WORDS / size - 1));
    for (const [unit, members] of foreign) if (members >= needed) found.set(unit, type);
  }
  return found;
}

/** Units whose objects are referred to at several places that are inside of them. */
function unitsPointedInto({ tally }: CheckContext): WordAddress[] {
  const targets = new Map<WordAddress, Set<WordAddress>>();
  for (const { reference, damage } of tally.bad) {
    if (damage !== "inside of an object") continue;
    const unit = reference.target - (reference.target % MDS_UNIT_WORDS);
    const known = targets.get(unit);
    if (known === undefined) targets.set(unit, new Set([reference.target]));
    else known.add(reference.target);
  }
  return [...targets].filter(([, known]) => known.size >= WITNESSES).map(([unit]) => unit);
}

/** Units of objects with fields, several of which are print names of symbols. */
function unitsOfNames({ memory, map }: CheckContext): WordAddress[] {
  const names = new Map<WordAddress, number>();
  eachSymbol(memory, map, (symbol) => {
    const name = memory.pointer(nameCell(symbol));
    const type = map.typeAt(name);
    if (type === TYPE_BLOCK || isUnboxedHunk(type) || !map.types.has(type)) return;
    const unit = name - (name % MDS_UNIT_WORDS);
    names.set(unit, (names.get(unit) ?? 0) + 1);
  });
  return [...names].filter(([, number]) => number >= WITNESSES).map(([unit]) => unit);
}

/** Units of symbols, half of which and more have no print name where one can be. */
function unitsOfNamelessSymbols({ memory, map }: CheckContext): WordAddress[] {
  const found: WordAddress[] = [];
  for (const unit of map.types.get(TYPE_NEW_ATOM)?.units ?? []) {
    let symbols = 0;
    let nameless = 0;
    const end = unit + MDS_UNIT_WORDS;
    for (let at = map.nextObject(unit, end); at >= 0; at = map.nextObject(at + 2, end)) {
      symbols++;
      const name = memory.pointer(nameCell(at));
      const type = map.typeAt(name);
      if (!map.isObject(name) || (type !== TYPE_BLOCK && !isUnboxedHunk(type))) nameless++;
    }
    if (nameless >= WITNESSES && 2 * nameless >= symbols) found.push(unit);
  }
  return found;
}

/** Full units at least half of whose objects have count 1 and no reference. */
function unitsOfNobody({ memory, map, tally, isDisabled }: CheckContext): WordAddress[] {
  if (isDisabled) return [];
  const counted = new CellSet(memory.sizeWords);
  walkEntries(memory, {
    entry({ pointer }) {
      counted.add(pointer);
      return true;
    },
  });
  const found: WordAddress[] = [];
  for (const { type, units, perUnit, liveBefore } of map.types.values()) {
    // What is not counted, and symbols, need no references.
    if (type === TYPE_LISTP || type === TYPE_NEW_ATOM) continue;
    for (const [i, unit] of units.entries()) {
      const live = (liveBefore[i + 1] ?? 0) - (liveBefore[i] ?? 0);
      if (live < perUnit || !isCounted(memory, unit)) continue;
      let nobodys = 0;
      const end = unit + MDS_UNIT_WORDS;
      for (let at = map.nextObject(unit, end); at >= 0; at = map.nextObject(at + 2, end)) {
        if (tally.sure(at) === 0 && !counted.has(at) && tally.debugging(at) === 0) nobodys++;
      }
      if (nobodys >= NOBODYS && 2 * nobodys >= live) found.push(unit);
    }
  }
  return found;
}
