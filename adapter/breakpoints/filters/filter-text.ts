/**
 * What a user types as the condition of a filter. The protocol has one text for it, and editors one field; so hit count and log message stand in it too,
 * each behind a semicolon, where Lisp has its comments: `(> size 100) ; hits % 10 ; log {size} words in {function}`.
 */
import { notes } from "../../errors.ts";
import type { Wish } from "../rules.ts";

const HITS = /^hits\b/;
const LOG = /^log\b/;

/** The wish with what its condition says besides; `problem`: why the text is none, null when it is one. */
export function readFilterText<W extends Wish>(wish: W): { readonly wish: W; readonly problem: string | null } {
  const { condition } = wish;
  if (condition === undefined || !condition.includes(";")) return { wish, problem: null };
  const end = endOfExpression(condition);
  const result: { condition: string; hitCondition?: string; logMessage?: string } = {
    condition: condition.slice(0, end),
  };
  let rest = condition.slice(end + 1).trim();
  while (rest !== "") {
    if (LOG.test(rest)) {
      // A message may have semicolons of its own.
      result.logMessage = rest.replace(LOG, "").trim();
      break;
    }
    const next = rest.indexOf(";");
    const piece = (next < 0 ? rest : rest.slice(0, next)).trim();
    if (!HITS.test(piece)) return { wish, problem: notes.badFilterText(piece) };
    result.hitCondition = piece.replace(HITS, "").trim();
    rest = next < 0 ? "" : rest.slice(next + 1).trim();
  }
  return { wish: { ...wish, ...result }, problem: null };
}

/** Offset of the first semicolon that is in no string and no character. */
function endOfExpression(text: string): number {
  let isInString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (isInString && character === "\\") at++;
    else if (character === '"') isInString = !isInString;
    else if (!isInString && character === "#" && text[at + 1] === "\\") at += 2;
    else if (!isInString && character === ";") return at;
  }
  return text.length;
}
