/**
 * Goes through the tokens of a text, decides the white space before each, and knows in which lists it is. Line breaks stay where they
 * are, except directly inside brackets; everything else about white space is made anew.
 */
import type { Range } from "../forms.ts";
import { nextToken, type Token } from "../lexer.ts";
import { indentOf, type OpenList } from "./indentation.ts";

/** A piece of text and what it becomes. */
export interface TextChange extends Range {
  readonly newText: string;
}

/** What is known about a text before it is laid out. */
export interface LayoutPlan {
  readonly text: string;
  /** Offsets at which a top-level form begins, whatever is open before it. */
  readonly tops: ReadonlySet<number>;
  /** May the white space before and inside a token be changed? */
  readonly isFree: (token: Range) => boolean;
}

const LINE_BREAK = /\r\n|\r|\n/g;
const PREFIXES: ReadonlySet<string> = new Set(["quote", "quasiquote", "unquote", "unquote-splicing", "skip-form"]);
/** Which item of a special form, counted from 1, is a list of names or a datum. */
const NO_CALL: ReadonlyMap<string, number> = new Map([
  ["lambda", 2],
  ["quote", 2],
  ["defun", 3],
  ["defmicro", 3],
]);

/** One pass over a text. */
export class Layout {
  readonly changes: TextChange[] = [];
  private readonly plan: LayoutPlan;
  private readonly lineBreak: string;
  private lists: OpenList[] = [];
  private last: Token | null = null;
  private column = 0;
  private line = 0;

  constructor(plan: LayoutPlan) {
    this.plan = plan;
    this.lineBreak = plan.text.includes("\r\n") ? "\r\n" : "\n";
  }

  /** Lays out all tokens that begin before an offset. */
  run(until: number): void {
    for (let at = 0; ; ) {
      const token = withoutReturn(this.plan.text, nextToken(this.plan.text, at));
      if (token.value.kind === "end" || token.start >= until) return;
      this.take(token);
      at = Math.max(token.end, at + 1);
    }
  }

  /** Column of what comes next, on a new line. */
  get indent(): number {
    const list = this.lists.at(-1);
    return list === undefined ? 0 : indentOf(list);
  }

  /** The last token that was laid out. */
  get lastToken(): Token | null {
    return this.last;
  }

  private take(token: Token): void {
    if (this.plan.tops.has(token.start)) this.lists = [];
    const isFree = this.plan.isFree(token);
    const gapStart = this.last?.end ?? 0;
    const gap = this.plan.text.slice(gapStart, token.start);
    const newGap = isFree ? this.gapBefore(token, gap) : gap;
    if (newGap !== gap) this.changes.push({ start: gapStart, end: token.start, newText: newGap });
    this.advance(newGap);
    this.enter(token);
    const text = this.plan.text.slice(token.start, token.end);
    this.advance(text);
    if (isFree && isLineComment(token, text)) this.trim(token, text);
    this.last = token;
  }

  /** White space at the end of a comment. */
  private trim(token: Token, text: string): void {
    const kept = text.trimEnd().length;
    if (kept < text.length) this.changes.push({ start: token.start + kept, end: token.end, newText: "" });
  }

  private gapBefore(token: Token, gap: string): string {
    const { last } = this;
    const text = this.plan.text.slice(token.start, token.end);
    // A first line for the shell is one only at the very beginning.
    if (last === null) return text.startsWith("#!") ? gap : "";
    const breaks = gap.match(LINE_BREAK)?.length ?? 0;
    const isComment = token.value.kind === "comment";
    if (token.value.kind === "close") {
      return isLineComment(last, this.textOf(last)) ? this.newLine(1) : "";
    }
    const opens = last.value.kind === "open" || last.value.kind === "open-vector";
    if (opens && !isComment) return "";
    if (PREFIXES.has(last.value.kind)) return isComment ? gap : gapAfterPrefix(last, text);
    if (breaks > 0) return this.newLine(breaks);
    const isStray = token.value.kind === "stray" || last.value.kind === "stray";
    if (isStray || (isComment && gap !== "") || opens) return gap;
    return " ";
  }

  private newLine(breaks: number): string {
    return this.lineBreak.repeat(breaks) + " ".repeat(this.indent);
  }

  private textOf(token: Token): string {
    return this.plan.text.slice(token.start, token.end);
  }

  private advance(text: string): void {
    const breaks = [...text.matchAll(LINE_BREAK)];
    const lastBreak = breaks.at(-1);
    this.line += breaks.length;
    if (lastBreak === undefined) this.column += text.length;
    else this.column = text.length - (lastBreak.index + lastBreak[0].length);
  }

  /** Notes a token in the list around it, and opens or closes one. */
  private enter(token: Token): void {
    const { kind } = token.value;
    if (kind === "comment" || kind === "stray" || kind === "dot") return;
    if (kind === "close") {
      this.lists.pop();
      return;
    }
    const isPrefixed = this.last !== null && PREFIXES.has(this.last.value.kind);
    if (!isPrefixed) this.countItem(token);
    if (kind === "open" || kind === "open-vector") this.lists.push(this.opened(token));
  }

  private countItem(token: Token): void {
    const list = this.lists.at(-1);
    if (list === undefined) return;
    const isSymbol = token.value.kind === "symbol";
    if (list.count === 0) {
      list.head = token.value.kind === "symbol" ? token.value.name : null;
      list.headLine = this.line;
    } else if (list.count === 1) list.argument = { column: this.column, line: this.line, isSymbol };
    list.count += 1;
  }

  private opened(token: Token): OpenList {
    const around = this.lists.at(-1);
    const isQuoted = this.last?.value.kind === "quote" || token.value.kind === "open-vector";
    const isData = isQuoted || (around !== undefined && this.isDataIn(around));
    const width = token.end - token.start;
    return { column: this.column, width, isData, head: null, headLine: 0, argument: null, count: 0 };
  }

  /** Is the list that was just counted as an item of another one no call? */
  private isDataIn(around: OpenList): boolean {
    if (around.isData) return !isUnquote(this.last);
    return around.head !== null && around.count === NO_CALL.get(around.head);
  }
}

/** What ends the line belongs to the white space behind a comment. */
function withoutReturn(text: string, token: Token): Token {
  const hasReturn = token.value.kind === "comment" && text.charAt(token.end - 1) === "\r";
  return hasReturn ? { ...token, end: token.end - 1 } : token;
}

function isUnquote(token: Token | null): boolean {
  return token?.value.kind === "unquote" || token?.value.kind === "unquote-splicing";
}

/** `, @a` is not `,@a`. */
function gapAfterPrefix(prefix: Token, text: string): string {
  return prefix.value.kind === "unquote" && text.startsWith("@") ? " " : "";
}

function isLineComment(token: Token, text: string): boolean {
  return token.value.kind === "comment" && !text.startsWith("#|");
}
