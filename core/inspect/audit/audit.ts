/**
 * Recounts every reference of an image and compares with the count tables. Exact for a saved image and wherever a collection may start;
 * in between a function may have counted what it has not stored yet.
 * Source: collection specification, section 11.
 */
import { finish, type IndexSteps } from "../../base/steps.ts";
import type { Pointer, TypeNumber, WordAddress } from "../../base/units.ts";
import { pointerNotation } from "../../objects/pointer-notation.ts";
import { isCounted } from "../../objects/types.ts";
import { type CountEntry, walkTables } from "../counts/count-walk.ts";
import { heapMapSteps } from "../counts/references.ts";
import type { HeapMap } from "../heap/heap-map.ts";
import { collectorState } from "../heap/system.ts";
import { type ImageView, keepsCounts } from "../image-view.ts";
import { readSafelySteps } from "../nodes.ts";
import { rememberedSteps } from "../steps.ts";
import { badReferenceProblem, countProblem, type Holder, holderOf } from "./explain.ts";
import { countedReferenceSteps, type ReferenceTally, tallySteps } from "./tally.ts";

/**
 * `below`: freed too early, the dangerous one. `bad pointer`: a counted slot leads to free memory or into an object. `above`: never freed.
 * `table`, `storage`: the structure itself is damaged (`verify` says more).
 */
export type ProblemKind = "below" | "bad pointer" | "table" | "above" | "storage";
export const PROBLEM_KINDS: readonly ProblemKind[] = ["below", "bad pointer", "table", "above", "storage"];

export interface AuditProblem {
  readonly kind: ProblemKind;
  /** The object whose count is wrong, or that holds the bad pointer; null where it is about no object. */
  readonly object: Pointer | null;
  /** Where to look: the object, the slot with the bad pointer, the table entry. */
  readonly address: WordAddress | null;
  /** What is wrong, in a line. */
  readonly text: string;
  /** What will happen because of it. */
  readonly meaning: string;
  /** What to do next. */
  readonly advice: string;
  /** What the tables say, and what was found: with debugging information that copies of code share, from least to most. */
  readonly counts: { readonly stored: number; readonly least: number; readonly most: number } | null;
  /** Who refers to the object: the first ones. */
  readonly holders: readonly Holder[];
}

export interface AuditReport {
  /** Null when counts could be checked; else why not. */
  readonly unchecked: string | null;
  /** What to keep in mind when reading the problems; null when they are exact. */
  readonly caution: string | null;
  readonly objects: number;
  readonly references: number;
  /** How many problems of each kind there are. */
  readonly totals: Readonly<Record<ProblemKind, number>>;
  /** At most `AUDIT_LIMIT` of each kind, dangerous kinds first. */
  readonly problems: readonly AuditProblem[];
  /** Storage that nobody holds and nobody frees: no error, collectors leave some behind. At most `LOST_LIMIT`. */
  readonly lost: readonly Pointer[];
  readonly lostByType: ReadonlyMap<TypeNumber, number>;
}

export const AUDIT_LIMIT = 200;
const LOST_LIMIT = 10_000;
/** Holders that are named for each problem. */
const HOLDERS_SHOWN = 5;

/** An object whose count is not what was found. */
export interface Miscount {
  readonly object: Pointer;
  readonly stored: number;
  readonly least: number;
  readonly most: number;
}

export function audit(view: ImageView): AuditReport {
  return finish(auditSteps(view));
}
/** The same step by step; the report stays with the view. */
export function auditSteps(view: ImageView): IndexSteps<AuditReport> {
  return rememberedSteps(view, "audit", () => safeRecount(view));
}

function safeRecount(view: ImageView): IndexSteps<AuditReport> {
  return readSafelySteps(
    () => recount(view),
    (message) => ({ ...NOTHING_KNOWN, unchecked: `the image is damaged so much that it cannot be read: ${message}` }),
  );
}

const NOTHING_KNOWN: Omit<AuditReport, "unchecked"> = {
  caution: null,
  objects: 0,
  references: 0,
  totals: { below: 0, "bad pointer": 0, table: 0, above: 0, storage: 0 },
  problems: [],
  lost: [],
  lostByType: new Map(),
};

function* recount(view: ImageView): IndexSteps<AuditReport> {
  const map = yield* heapMapSteps(view);
  const unchecked = whyUnchecked(view);
  const tally = yield* tallySteps(view, map);
  const found = new Problems();
  for (const bad of tally.bad) found.add("bad pointer", () => badReferenceProblem(view, bad));
  found.totals["bad pointer"] = tally.badTotal;
  for (const text of map.problems) found.add("storage", () => structureProblem("storage", null, text));
  let objects = 0;
  const lost: Pointer[] = [];
  const lostByType = new Map<TypeNumber, number>();
  if (unchecked === null) {
    const entries = checkTables(view, map, found);
    const miscounts: Miscount[] = [];
    yield* map.objectSteps("comparing counts", (object, type) => {
      if (!isCounted(view.memory, object)) return;
      objects++;
      const miscount = miscountOf(tally, entries, object);
      if (miscount === null) return;
      if (miscount.stored === 1 && miscount.most === 0) {
        if (lost.length < LOST_LIMIT) lost.push(object);
        lostByType.set(type, (lostByType.get(type) ?? 0) + 1);
      } else {
        const kind = miscount.stored < miscount.least ? "below" : "above";
        if (found.count(kind)) miscounts.push(miscount);
      }
    });
    const holders = yield* findHolders(view, map, miscounts);
    for (const miscount of miscounts) found.keep(countProblem(view, miscount, holders.get(miscount.object) ?? []));
  }
  const { references } = tally;
  const caution = cautionOf(view, found);
  return { unchecked, caution, objects, references, totals: found.totals, problems: found.sorted(), lost, lostByType };
}

function whyUnchecked(view: ImageView): string | null {
  if (!keepsCounts(view)) return "the memory manager of this machine keeps no reference counts";
  if (collectorState(view.memory).isDisabled) return "the collector is disabled, and its tables describe the past";
  return view.collection === null ? null : "a collection is under way, and its tables are between two states";
}

function cautionOf(view: ImageView, { totals }: Problems): string | null {
  if (totals.storage > 0) {
    return "The storage itself is damaged, so that objects may be missed, or taken for others: see what `verify` finds first.";
  }
  const wrong = totals.below + totals.above + totals["bad pointer"];
  if (view.registers === null || wrong === 0) return null;
  return "Counts are exact wherever a collection may start. Elsewhere a function may have counted what it has not stored yet: look again at the next safepoint.";
}

/** Problems by kind, bounded, with how many there are in all. */
class Problems {
  readonly totals: Record<ProblemKind, number> = { below: 0, "bad pointer": 0, table: 0, above: 0, storage: 0 };
  private readonly kept: AuditProblem[] = [];

  /** @returns whether there is room to keep it */
  count(kind: ProblemKind): boolean {
    return ++this.totals[kind] <= AUDIT_LIMIT;
  }
  keep(problem: AuditProblem): void {
    this.kept.push(problem);
  }
  /** @param make asked for the problem while there is room for it */
  add(kind: ProblemKind, make: () => AuditProblem): void {
    if (this.count(kind)) this.keep(make());
  }
  sorted(): readonly AuditProblem[] {
    return PROBLEM_KINDS.flatMap((kind) => this.kept.filter((problem) => problem.kind === kind));
  }
}

/** Every entry by its object; reports what is wrong with tables and entries. */
function checkTables({ memory }: ImageView, map: HeapMap, found: Problems): Map<Pointer, CountEntry> {
  const entries = new Map<Pointer, CountEntry>();
  walkTables(memory, {
    entry(entry) {
      entries.set(entry.pointer, entry);
      const { pointer, count, onStack, address } = entry;
      const damage = map.damageOf(pointer);
      const problem =
        damage ?? (onStack ? "stack bit outside a collection" : count === 1 ? "count 1 needs no entry" : null);
      if (problem === null) return true;
      found.add("table", () => {
        const text = `entry of ${pointerNotation(memory, pointer)}: ${problem}`;
        return { ...structureProblem("table", address, text), object: pointer };
      });
      return true;
    },
    problem: ({ address, what, expected, found: actual }) =>
      found.add("table", () => structureProblem("table", address, `${what}: expected ${expected}, found ${actual}`)),
  });
  return entries;
}

function structureProblem(kind: "table" | "storage", address: WordAddress | null, text: string): AuditProblem {
  const isTable = kind === "table";
  return {
    kind,
    object: null,
    address,
    text,
    meaning: isTable
      ? "counts that the collector reads there are wrong, or belong to nobody"
      : "storage is handed out twice, or never again",
    advice: "verify names the place, what was expected there, and its neighbours",
    counts: null,
    holders: [],
  };
}

/** The rule: with F sure references and D from debugging cells, F + min(D, 1) <= count <= F + D. Null when the count is right. */
function miscountOf(tally: ReferenceTally, entries: Map<Pointer, CountEntry>, object: Pointer): Miscount | null {
  const sure = tally.sure(object);
  const debugging = tally.debugging(object);
  const entry = entries.get(object);
  const stored = entry === undefined ? 1 : entry.count;
  // An overflowed entry without a big count, as reloaded images have them: any number of references is right.
  if (entry?.isBig === true && !entry.hasBigCount) return null;
  const least = sure + Math.min(debugging, 1);
  const most = sure + debugging;
  return stored >= least && stored <= most ? null : { object, stored, least, most };
}

/** The first holders of each miscounted object: a second walk, for images that have some. */
function* findHolders(
  view: ImageView,
  map: HeapMap,
  miscounts: readonly Miscount[],
): IndexSteps<ReadonlyMap<Pointer, Holder[]>> {
  const holders = new Map<Pointer, Holder[]>(miscounts.map(({ object }) => [object, []]));
  if (miscounts.length === 0) return holders;
  yield* countedReferenceSteps(
    view,
    map,
    (target) => (holders.get(target)?.length ?? HOLDERS_SHOWN) < HOLDERS_SHOWN,
    (reference) => holders.get(reference.target)?.push(holderOf(view, reference)),
  );
  return holders;
}
