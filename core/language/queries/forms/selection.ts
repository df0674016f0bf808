/** What "expand selection" goes through: from the word at a place to the whole text. */
import type { Analysis } from "../../analysis/tree.ts";
import type { Form, Range } from "../../forms.ts";
import { wordAt } from "../names/names.ts";
import { enclosingForms } from "./forms-at.ts";

/** Ranges around an offset, each larger than the one before and containing it; the last one is the whole text. */
export function selectionRanges({ text, forms, comments }: Analysis, offset: number): readonly Range[] {
  const comment = comments.filter(({ start, end }) => start <= offset && offset <= end).at(-1);
  const candidates = [
    wordAt(text, offset),
    ...(comment === undefined ? [] : [comment]),
    ...enclosingForms(forms, offset).flatMap((form) => [...insideOf(text, form), form]),
    { start: 0, end: text.length },
  ];
  const found: Range[] = [];
  for (const { start, end } of candidates) {
    const last = found.at(-1);
    const isEmptyWord = last === undefined && start === end && text !== "";
    const contains = last === undefined || (start <= last.start && last.end <= end);
    const isLarger = last === undefined || end - start > last.end - last.start;
    if (!isEmptyWord && contains && isLarger && start <= offset && offset <= end) found.push({ start, end });
  }
  return found;
}

/** What stands between the brackets or quotation marks. */
function insideOf(text: string, form: Form): readonly Range[] {
  switch (form.kind) {
    case "list":
    case "vector":
      return [between(form, form.kind === "vector" ? 2 : 1, form.isClosed ? 1 : 0)];
    case "string":
      return [between(form, 1, form.end - form.start > 1 && text.charAt(form.end - 1) === '"' ? 1 : 0)];
    default:
      return [];
  }
}

function between({ start, end }: Range, opening: number, closing: number): Range {
  return { start: start + opening, end: Math.max(end - closing, start + opening) };
}
