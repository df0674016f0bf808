/** The lines of a report that are not about the event itself: where it happened, what asked for the collection, how far that is, what storage is left. */
import type { ByteAddress } from "../../base/units.ts";
import type { ImageView } from "../../inspect/image-view.ts";
import { valueText } from "../../inspect/parts/value-text.ts";
import { NIL } from "../../memory/layout.ts";
import { siteName } from "../../objects/code/code-directory.ts";
import type { StopReason } from "../../vm/events.ts";
import { disassembleAround } from "../code/disassembly.ts";
import { isInHandler } from "../code/own-text.ts";
import type { CodeContext } from "../stack-view.ts";
import type { TriggerNote } from "./trigger-note.ts";

const FORM_CHARACTERS = 80;
const KILOBYTE_WORDS = 512;

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
  const trigger = event === null ? null : note.triggerOf(event, stop.site);
  if (trigger !== null) {
    const object = trigger.object === NIL ? "a page was needed" : `by ${valueText(view, trigger.object)}`;
    const where = event?.kind === "gc.trigger" ? "" : `, at ${at(trigger.site)}`;
    facts.push(`Crossed the line: ${object}${where}.`);
  }
  const steps = event === null ? null : note.stepsOf(event);
  if (steps !== null) facts.push(`Pause so far: ${steps} ${steps === 1 ? "step" : "steps"} of the collection.`);
  if (view.manager !== null && isAboutStorage(event?.kind ?? "")) {
    const { usedWords, freeWords } = view.manager.usage();
    const kilobytes = (words: number) => Math.floor(words / KILOBYTE_WORDS);
    facts.push(`Storage left: ${kilobytes(freeWords)} of ${kilobytes(usedWords + freeWords)} KB.`);
  }
  return facts;
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
