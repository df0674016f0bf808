/** What happened in the past, as text and as bodies of answers. */
import { type Chronicle, momentText, type PastEvent } from "#core";
import type { HistoryAnswer, HistoryEvent } from "#wire";

const WORDS: { readonly [kind in PastEvent["kind"]]: string } = {
  write: "written",
  count: "count",
  allocate: "allocated",
  free: "freed",
  outside: "changed",
};

/** @param about what was asked about */
export function historyAnswer({ events, isComplete, beginning }: Chronicle, about: string): HistoryAnswer {
  return { about, events: events.map(eventBody), isComplete, beginning: momentText(beginning) };
}

function eventBody(event: PastEvent): HistoryEvent {
  const { kind, moment, old, now } = event;
  const values = [old, now].filter((text) => text !== null).join(" -> ");
  const what = values === "" ? WORDS[kind] : `${WORDS[kind]} ${values}`;
  return { kind, moment: momentText(moment), what, where: whereText(event) };
}

function whereText({ kind, by, place, collection }: PastEvent): string {
  if (kind === "outside") return `from outside: ${by}`;
  const line = place === null || place.path === null ? "" : `, ${fileName(place.path)}:${place.line + 1}`;
  const program = `${by === "" ? "code without a name" : by}${line}`;
  return collection === null ? program : `collection ${collection}, at ${program}`;
}
function fileName(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? path;
}

/** As lines of the console. @param nothing what to say when nothing happened */
export function historyText(chronicle: Chronicle, about: string, nothing: string): string {
  const { events, isComplete, beginning } = historyAnswer(chronicle, about);
  if (events.length === 0) return `${about}: ${nothing} since the recording began, at ${beginning}`;
  const lines = events.map(({ moment, what, where }) => `${moment.padEnd(16)} ${what}   ${where}`);
  if (!isComplete) lines.unshift(`… earlier: not asked for, or before the recording began, at ${beginning}`);
  return lines.join("\n");
}
