/**
 * Recounts every reference of an image and compares with the count tables. Exact for a saved image and wherever a collection may start;
 * in between a function may have counted what it has not stored yet.
 * Not looked at: the closure cache and pages of buffers, which only Medley images have (collection specification, 11.2, exceptions a and b).
 * Source: collection specification, section 11.
 */
import type { Pointer } from "../base/units.ts";
import { pointerNotation } from "../objects/pointer-notation.ts";
import { isCounted } from "../objects/types.ts";
import { type CountEntry, countEntry, countGauges, eachCountEntry } from "./counts.ts";
import type { HeapMap } from "./heap/heap-map.ts";
import { collectorState } from "./heap/system.ts";
import { type ImageView, keepsCounts } from "./image-view.ts";
import { eachHeapReference, eachRoot, type HeapReference, mapHeap } from "./references.ts";

/**
 * `below`: freed too early, the dangerous one. `above`: never freed. `lost`: nothing refers to it, count 1. `bad pointer`: a counted slot leads to
 * free memory or into an object. `table`, `storage`: the structure itself is damaged.
 */
export type ProblemKind = "below" | "above" | "lost" | "bad pointer" | "table" | "storage";

export interface AuditProblem {
  readonly kind: ProblemKind;
  readonly object: Pointer | null;
  readonly text: string;
}

export interface AuditReport {
  /** Null when counts could be checked; else why not. */
  readonly unchecked: string | null;
  readonly objects: number;
  readonly references: number;
  /** Errors: at most `AUDIT_LIMIT`. */
  readonly problems: readonly AuditProblem[];
  /** Storage that nobody holds: no error. */
  readonly lost: readonly Pointer[];
}

export const AUDIT_LIMIT = 1000;

/** References found to each object: those that must be counted, and those from debugging information, which copies of code may share. */
interface Tally {
  readonly sure: Map<Pointer, number>;
  readonly debugging: Map<Pointer, number>;
  references: number;
}

export function audit(view: ImageView): AuditReport {
  const map = mapHeap(view);
  const problems: AuditProblem[] = map.problems.map((text) => ({ kind: "storage", object: null, text }));
  const unchecked = whyUnchecked(view);
  const tally: Tally = { sure: new Map(), debugging: new Map(), references: 0 };
  const note = (reference: HeapReference) => tallyReference(view, map, tally, reference, problems);
  eachRoot(view, map, (reference) => {
    if (reference.holderKind === "symbol" || reference.holderKind === "type") note(reference);
  });
  eachHeapReference(view, map, note);
  const lost: Pointer[] = [];
  let objects = 0;
  if (unchecked === null) {
    checkTables(view, map, problems);
    map.eachObject((object) => {
      if (!isCounted(view.memory, object)) return;
      objects++;
      const problem = countProblem(view, tally, object);
      if (problem?.kind === "lost") lost.push(object);
      else if (problem !== null) add(problems, problem);
    });
  }
  return { unchecked, objects, references: tally.references, problems, lost };
}

function whyUnchecked(view: ImageView): string | null {
  if (!keepsCounts(view)) return "the manager keeps no counts";
  if (collectorState(view.memory).isDisabled) return "the collector is disabled, its tables describe the past";
  return view.collection === null ? null : "a collection is under way";
}

function tallyReference(
  view: ImageView,
  map: HeapMap,
  tally: Tally,
  { holderKind, holder, target, slotKind }: HeapReference,
  problems: AuditProblem[],
): void {
  if (!isCounted(view.memory, target)) return;
  const damage = map.damageOf(target);
  if (damage !== null) {
    const who = holderKind === "object" ? pointerNotation(view.memory, holder) : `${holderKind} ${holder}`;
    const text = `${who} refers to ${pointerNotation(view.memory, target)}: ${damage}`;
    add(problems, { kind: "bad pointer", object: holderKind === "object" ? holder : null, text });
    return;
  }
  tally.references++;
  const counts = slotKind === "debugging" ? tally.debugging : tally.sure;
  counts.set(target, (counts.get(target) ?? 0) + 1);
}

/** The rule: with F sure references and D from debugging cells, F + min(D, 1) <= count <= F + D, or count 1 and none at all. */
function countProblem(view: ImageView, tally: Tally, object: Pointer): AuditProblem | null {
  const entry = countEntry(view.memory, object);
  const sure = tally.sure.get(object) ?? 0;
  const debugging = tally.debugging.get(object) ?? 0;
  const count = entry?.count ?? 1;
  if (isBigWithoutCount(entry)) return null;
  const least = sure + Math.min(debugging, 1);
  const most = sure + debugging;
  if (count >= least && count <= most) return null;
  const found = debugging === 0 ? `${sure}` : `${least} to ${most}`;
  const text = `${pointerNotation(view.memory, object)} has count ${count}, references found: ${found}`;
  if (count < least) return { kind: "below", object, text };
  return { kind: most === 0 && count === 1 ? "lost" : "above", object, text };
}

/** An overflowed entry without a big count, as reloaded images have them: any number of references is right. */
function isBigWithoutCount(entry: CountEntry | null): boolean {
  return entry?.isBig === true && !entry.hasBigCount;
}

function checkTables({ memory }: ImageView, map: HeapMap, problems: AuditProblem[]): void {
  for (const text of countGauges(memory).problems) add(problems, { kind: "table", object: null, text });
  eachCountEntry(memory, ({ pointer, count, onStack }) => {
    const say = (what: string) =>
      add(problems, { kind: "table", object: pointer, text: `entry of ${pointerNotation(memory, pointer)}: ${what}` });
    if (onStack) say("stack bit outside a collection");
    else if (count === 1) say("count 1 needs no entry");
    const damage = map.damageOf(pointer);
    if (damage !== null) say(damage);
    return true;
  });
}

function add(problems: AuditProblem[], problem: AuditProblem): void {
  if (problems.length < AUDIT_LIMIT) problems.push(problem);
}
