/** The lines of a report that are not about the event itself: where it happened, what asked for the collection, how far that is, what storage is left. */
import type { ByteAddress } from "../../base/units.ts";
import type { ImageView } from "../../inspect/image-view.ts";
import { valueText } from "../../inspect/parts/value-text.ts";
import { NIL } from "../../memory/layout.ts";
import { siteName } from "../../objects/code/code-directory.ts";
import type { MachineEvent, StopReason } from "../../vm/events.ts";
import { disassembleAround } from "../code/disassembly.ts";
import { isInHandler } from "../code/own-text.ts";
import type { CodeContext } from "../stack-view.ts";
import type { TriggerNote } from "./trigger-note.ts";

const FORM_CHARACTERS = 80;
const KILOBYTE_WORDS = 512;
const PAGE_NEEDED = "a page was needed";

export function stopFacts(
  view: ImageView,
  context: CodeContext,
  stop: StopReason,
  note: TriggerNote,
): readonly string[] {
  if (stop.kind !== "event" && stop.kind !== "failed") return [];
  const at = (site: ByteAddress) => siteText(context, site);
  const facts = isInHandler(stop.site, context.code) ? [] : [`At ${at(stop.site)}.`];
  const { event } = stop;
  const crossed = event === null ? null : crossedText(view, event, note, at);
  if (crossed !== null) facts.push(`Crossed the line: ${crossed}.`);
  const steps = event === null ? null : note.stepsOf(event);
  if (steps !== null) facts.push(`Pause so far: ${steps} ${steps === 1 ? "step" : "steps"} of the collection.`);
  if (view.manager !== null && isAboutStorage(event?.kind ?? "")) {
    const { usedWords, freeWords } = view.manager.usage();
    const kilobytes = (words: number) => Math.floor(words / KILOBYTE_WORDS);
    facts.push(`Storage left: ${kilobytes(freeWords)} of ${kilobytes(usedWords + freeWords)} KB.`);
  }
  return facts;
}

/** The allocation or store that made a collection due, and where it is when it is not here. */
function crossedText(
  view: ImageView,
  event: MachineEvent,
  note: TriggerNote,
  at: (site: ByteAddress) => string,
): string | null {
  if (event.kind === "gc.trigger") return event.object === NIL ? PAGE_NEEDED : `by ${valueText(view, event.object)}`;
  const trigger = note.triggerOf(event);
  if (trigger === null) return null;
  return `${trigger.object === null ? PAGE_NEEDED : `by ${trigger.object}`}, at ${at(trigger.site)}`;
}

function isAboutStorage(kind: string): boolean {
  return kind.startsWith("gc.") || kind.startsWith("storage.") || kind === "page.new" || kind === "object.alloc";
}

/** `waste, garbage.cons:5: (cons half n): CONS at 0x5C22D5`. */
function siteText(context: CodeContext, site: ByteAddress): string {
  const { code, places } = context;
  const [row] = disassembleAround(context, site, 0, 1, true);
  const place = places.at(site);
  const text = place === null ? "" : (places.source?.text.slice(place.start, place.end).split("\n")[0] ?? "");
  const form = text.length > FORM_CHARACTERS ? `${text.slice(0, FORM_CHARACTERS)}…` : text;
  const instruction = `${row === undefined ? "byte" : `${row.text} at`} 0x${site.toString(16).toUpperCase()}`;
  return [siteName(code, site), form, instruction].filter((part) => part !== "").join(": ");
}
