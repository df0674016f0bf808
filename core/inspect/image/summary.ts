/**
 * What is in an image, in figures: one pass over its tables and its heap. Every part can be asked for in detail elsewhere in this room.
 * Source: memory specification, sections 4, 6.2 and 19; collection specification, sections 6 to 9.
 */
import type { StackOffset, Words } from "../../base/units.ts";
import { IFPAGE, interfaceWord } from "../../memory/interface-page.ts";
import { NIL, NOBIND, OLD_ATOM_LIMIT, POINTER_MASK } from "../../memory/layout.ts";
import { packages } from "../../objects/packages.ts";
import { PREVIEW, printValue } from "../../objects/printer.ts";
import { DEFINITION_COMPILED, definitionCell, propertyListCell, valueCell } from "../../objects/symbols.ts";
import { census, type TypeCensus } from "../census.ts";
import { type CountGauges, countGauges } from "../counts/counts.ts";
import { eachSymbol, mapHeap } from "../counts/references.ts";
import type { HeapMap } from "../heap/heap-map.ts";
import { arraySpans, variableNumber, variableValue } from "../heap/system.ts";
import type { ImageView } from "../image-view.ts";
import { readSafely } from "../nodes.ts";
import { frameChains } from "../stack/chains.ts";
import { eachCode } from "./code/code-objects.ts";
import { type CollectorVerdict, collectorVerdict } from "./collector.ts";
import { STORAGE_STATES } from "./storage-states.ts";
import { eachString } from "./strings.ts";

export interface ImageSummary {
  readonly versions: { readonly lversion: number; readonly minbversion: number; readonly minrversion: number };
  /** What the image calls itself and when it was made, as its own variables say; null when it has none. */
  readonly systemName: string | null;
  readonly systemDate: string | null;
  readonly storage: StorageSummary;
  /** Live objects by type, the most words first. */
  readonly types: readonly TypeCensus[];
  readonly symbols: SymbolSummary;
  readonly packages: number;
  readonly strings: { readonly count: number; readonly characters: number; readonly fat: number };
  readonly code: { readonly blocks: number; readonly permanent: number; readonly hunks: number; readonly words: Words };
  readonly stack: StackSummary;
  readonly collector: CollectorVerdict;
  readonly counts: CountGauges;
  /** What does not fit together in the heap, bounded. */
  readonly problems: readonly string[];
}

export interface StorageSummary {
  readonly memoryMB: number;
  readonly arrayWords: Words;
  readonly typedPages: number;
  /** Pages between the ends of array space and typed pages; null when the image does not say. */
  readonly freePages: number | null;
  readonly state: string;
}

export interface SymbolSummary {
  readonly old: number;
  readonly new: number;
  readonly withValue: number;
  readonly withFunction: number;
  readonly withProperties: number;
}

export interface StackSummary {
  readonly depth: number;
  /** Innermost function of the current chain; null when there is no frame. */
  readonly innermost: string | null;
  readonly top: StackOffset;
  readonly contexts: number;
  readonly suspended: number;
  readonly problem: string | null;
}

/** @param map the heap, when the caller has it already */
export function summarize(view: ImageView, map: HeapMap = mapHeap(view)): ImageSummary {
  const { memory } = view;
  const counts = countGauges(memory);
  const word = (field: number) => memory.word(interfaceWord(field));
  return {
    versions: {
      lversion: word(IFPAGE.lversion),
      minbversion: word(IFPAGE.minbversion),
      minrversion: word(IFPAGE.minrversion),
    },
    systemName: variableText(view, "MAKESYSNAME"),
    systemDate: variableText(view, "MAKESYSDATE"),
    storage: storageSummary(view, map),
    types: census(map).filter(({ live }) => live > 0),
    symbols: symbolSummary(view, map),
    packages: packages(memory).length,
    strings: stringSummary(map),
    code: codeSummary(map),
    stack: stackSummary(view),
    collector: collectorVerdict(view, counts),
    counts,
    problems: map.problems,
  };
}

function variableText({ memory }: ImageView, name: string): string | null {
  const value = variableValue(memory, name);
  if (value === null || value === NIL || value === NOBIND) return null;
  return readSafely<string | null>(
    () => printValue(memory, value & POINTER_MASK, { ...PREVIEW, style: "display" }),
    () => null,
  );
}

function storageSummary({ memory }: ImageView, map: HeapMap): StorageSummary {
  let arrayWords = 0;
  for (const [start, end] of arraySpans(memory)) arrayWords += Math.max(0, end - start);
  let units = 0;
  for (const storage of map.types.values()) units += storage.units.length;
  const arrayPage = variableNumber(memory, "\\NxtArrayPage");
  const typedPage = variableNumber(memory, "\\NxtMDSPage");
  const state = variableNumber(memory, "\\STORAGEFULLSTATE") ?? 0;
  return {
    memoryMB: memory.sizeBytes >> 20,
    arrayWords,
    typedPages: 2 * units,
    freePages: arrayPage === null || typedPage === null ? null : Math.max(0, typedPage + 2 - arrayPage),
    state: STORAGE_STATES[state] ?? `${state}, which is no state`,
  };
}

function symbolSummary({ memory }: ImageView, map: HeapMap): SymbolSummary {
  const found = { old: 0, new: 0, withValue: 0, withFunction: 0, withProperties: 0 };
  eachSymbol(memory, map, (symbol) => {
    if (symbol < OLD_ATOM_LIMIT) found.old++;
    else found.new++;
    if (memory.pointer(valueCell(symbol)) !== NOBIND) found.withValue++;
    if ((memory.cell(definitionCell(symbol)) & DEFINITION_COMPILED) !== 0) found.withFunction++;
    if (memory.pointer(propertyListCell(symbol)) !== NIL) found.withProperties++;
  });
  return found;
}

function stringSummary(map: HeapMap): ImageSummary["strings"] {
  const found = { count: 0, characters: 0, fat: 0 };
  eachString(map, ({ length, isFat }) => {
    found.count++;
    found.characters += length;
    if (isFat) found.fat++;
  });
  return found;
}

function codeSummary(map: HeapMap): ImageSummary["code"] {
  const found = { blocks: 0, permanent: 0, hunks: 0, words: 0 };
  eachCode(map, ({ kind, sizeWords }) => {
    if (kind === "block") found.blocks++;
    else if (kind === "hunk") found.hunks++;
    else found.permanent++;
    found.words += sizeWords ?? 0;
  });
  return found;
}

function stackSummary(view: ImageView): StackSummary {
  const [current, ...others] = frameChains(view);
  const innermost = current?.frames(0, 1)[0]?.name ?? null;
  return {
    depth: current?.depth ?? 0,
    innermost,
    top: current?.top ?? 0,
    contexts: others.filter(({ kind }) => kind === "context").length,
    suspended: others.filter(({ kind }) => kind === "suspended").length,
    problem: current?.problem ?? null,
  };
}
