/** Findings of the audit in words: what is wrong, what it leads to, what to do next. */
import type { WordAddress } from "../../base/units.ts";
import { eachTypeSlot } from "../../objects/roots.ts";
import type { HeapReference } from "../counts/references.ts";
import { slotAddress } from "../heap/counted-slots.ts";
import type { ImageView } from "../image-view.ts";
import { readSafely } from "../nodes.ts";
import { referenceText } from "../parts/holders.ts";
import { addressText, valueText } from "../parts/value-text.ts";
import type { AuditProblem, Miscount } from "./audit.ts";
import type { BadReference } from "./tally.ts";

/** A slot that refers to an object. */
export interface Holder {
  /** `cdr of {LISTP}#57,12340 (1 2 3 …)`, `value of symbol X`. */
  readonly text: string;
  /** The slot. */
  readonly address: WordAddress | null;
}

export function holderOf(view: ImageView, reference: HeapReference): Holder {
  return { text: referenceText(view, reference), address: placeOf(view, reference) };
}

/** Where the slot of a reference lies. */
function placeOf({ memory }: ImageView, { holderKind, holder, slotKind, index, target }: HeapReference) {
  return readSafely<WordAddress | null>(
    () => {
      if (slotKind !== null) return slotAddress(memory, holder, slotKind, index);
      let place: WordAddress | null = null;
      if (holderKind !== "type") return place;
      eachTypeSlot(memory, holder, (pointer, slot) => {
        if (pointer === target) place ??= slot;
      });
      return place;
    },
    () => null,
  );
}

export function badReferenceProblem(view: ImageView, { reference, damage }: BadReference): AuditProblem {
  const { text, address } = holderOf(view, reference);
  const target = addressText(reference.target);
  const isFree = damage === "free cell";
  return {
    kind: "bad pointer",
    object: reference.holderKind === "object" ? reference.holder : null,
    address,
    text: `${text} refers to ${target}: ${damage}`,
    meaning: isFree
      ? `${target} was freed while this slot referred to it: the next allocation hands it out, and two owners share it`
      : "whoever follows this pointer reads what is no object, and counts it",
    advice: isFree
      ? "find the reference that was deleted once too often: stop where the object is freed (object.free), and see who deleted the last reference"
      : "stop at stores into this slot (data breakpoint), and see which instruction writes the pointer",
    counts: null,
    holders: [],
  };
}

/** @param holders the first slots that refer to the object */
export function countProblem(view: ImageView, miscount: Miscount, holders: readonly Holder[]): AuditProblem {
  const { object, stored, least, most } = miscount;
  const isBelow = stored < least;
  const found = least === most ? `${most}` : `${least} to ${most}`;
  const who = holders[0]?.text ?? "somebody";
  return {
    kind: isBelow ? "below" : "above",
    object,
    address: object,
    text: `${valueText(view, object)} has count ${stored}, references found: ${found}`,
    meaning: isBelow ? belowMeaning(stored, least, who) : aboveMeaning(stored, most),
    advice: isBelow
      ? "a reference was stored without being counted, or deleted twice: stop at stores into the holders (data breakpoint), and where the count changes"
      : "a reference was dropped without being deleted, or counted twice: see who overwrote the last holder without telling the collector",
    counts: { stored, least, most },
    holders,
  };
}

function belowMeaning(stored: number, least: number, who: string): string {
  if (stored === 0) return `the next collection frees it, unless the stack holds it, while ${who} still refers to it`;
  const left = least - stored;
  const still = left === 1 ? "1 reference still leads" : `${left} references still lead`;
  return `it is freed when ${stored} of its references are gone, while ${still} to it: ${who} may be one of them`;
}

function aboveMeaning(stored: number, most: number): string {
  const extra = stored - most;
  const what = extra === 1 ? "1 counted reference has no holder" : `${extra} counted references have no holder`;
  return `it is never freed: ${what}`;
}
