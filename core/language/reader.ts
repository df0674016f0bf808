/**
 * Text to forms. Reading never fails: whatever the text is, the answer is forms, comments and diagnostics.
 * No recursion, and a bound on nesting: those who walk over forms may recurse.
 */
import type { Comment, Diagnostic, Form, Range, ReadResult } from "./forms.ts";
import { nextToken, type Token, type TokenValue } from "./lexer.ts";

/** Lists nested deeper than this are read as empty, with a diagnostic. */
export const MAX_NESTING = 250;

type PrefixKind = "quote" | "quasiquote" | "unquote" | "unquote-splicing";

/** A form whose end has not been read yet. */
interface OpenForm {
  readonly kind: "list" | "vector" | "skip-form" | PrefixKind;
  readonly id: number;
  readonly start: number;
  /** End of the opening token. */
  readonly openEnd: number;
  readonly items: Form[];
  tail: Form | null;
  /** Range of the dot, once there is one. */
  dot: Range | null;
}

const PREFIX_KINDS: ReadonlySet<string> = new Set(["quote", "quasiquote", "unquote", "unquote-splicing"]);
const PREFIX_TEXT: Readonly<Record<PrefixKind | "skip-form", string>> = {
  quote: "'",
  quasiquote: "`",
  unquote: ",",
  "unquote-splicing": ",@",
  "skip-form": "#;",
};

/**
 * Reads a whole source text.
 *
 * When lists are left open at the end, a second reading takes a definition that starts a line for the beginning of a new top-level
 * form: one missing bracket then does not swallow the rest of the file. Text that is in order is never read that way.
 */
export function read(text: string): ReadResult {
  const strict = new Reader(text, false);
  const result = strict.run();
  return strict.leftOpen ? new Reader(text, true).run() : result;
}

class Reader {
  /** A list was still open at the end of the text. */
  leftOpen = false;
  private readonly text: string;
  private readonly recovers: boolean;
  private readonly forms: Form[] = [];
  private readonly diagnostics: Diagnostic[] = [];
  private readonly comments: Comment[] = [];
  private readonly open: OpenForm[] = [];
  private nextId = 0;
  /** Inside a list that is nested too deeply: brackets open there; 0 outside. */
  private skipDepth = 0;
  private skipStart = 0;
  private hasReportedDepth = false;

  constructor(text: string, recovers: boolean) {
    this.text = text;
    this.recovers = recovers;
  }

  run(): ReadResult {
    let at = 0;
    for (;;) {
      const token = nextToken(this.text, at);
      at = token.end;
      if (token.problem !== null) this.report(token.start, token.end, token.problem.code, token.problem.message);
      if (token.value.kind === "end") break;
      if (this.recovers && token.value.kind === "open" && this.startsDefinition(token)) this.closeAll(token.start);
      if (this.skipDepth > 0) this.skip(token);
      else this.take(token, token.value);
    }
    this.leftOpen = this.open.some((form) => form.kind === "list" || form.kind === "vector") || this.skipDepth > 0;
    this.closeAll(at);
    return { forms: this.forms, diagnostics: this.diagnostics, comments: this.comments };
  }

  private take(token: Token, value: TokenValue): void {
    switch (value.kind) {
      case "open":
        this.begin("list", token);
        return;
      case "open-vector":
        this.begin("vector", token);
        return;
      case "quote":
      case "quasiquote":
      case "unquote":
      case "unquote-splicing":
      case "skip-form":
        this.begin(value.kind, token);
        return;
      case "close":
        this.close(token);
        return;
      case "dot":
        this.dot(token);
        return;
      case "comment":
        this.comments.push({ start: token.start, end: token.end, text: this.text.slice(token.start, token.end) });
        return;
      case "symbol":
      case "integer":
      case "float":
      case "character":
      case "string":
      case "constant":
        this.deliver(atom(value, this.nextId++, token.start, token.end));
        return;
      case "stray":
      case "end":
        return;
    }
  }

  private begin(kind: OpenForm["kind"], token: Token): void {
    if (this.open.length >= MAX_NESTING) {
      if (!this.hasReportedDepth) {
        this.report(
          token.start,
          token.end,
          "too-deep",
          `nested deeper than ${MAX_NESTING} levels: the inside is ignored`,
        );
        this.hasReportedDepth = true;
      }
      if (kind !== "list" && kind !== "vector") return;
      this.skipDepth = 1;
      this.skipStart = token.start;
      return;
    }
    const id = this.nextId++;
    this.open.push({ kind, id, start: token.start, openEnd: token.end, items: [], tail: null, dot: null });
  }

  private skip(token: Token): void {
    if (token.value.kind === "open" || token.value.kind === "open-vector") this.skipDepth++;
    else if (token.value.kind === "close") this.skipDepth--;
    if (this.skipDepth === 0) this.deliver(this.emptyList(this.skipStart, token.end, true));
  }

  private emptyList(start: number, end: number, isClosed: boolean): Form {
    return { kind: "list", id: this.nextId++, start, end, items: [], tail: null, isClosed };
  }

  private close(token: Token): void {
    this.endPrefixes(token.start);
    const top = this.open.pop();
    if (top === undefined) {
      this.report(token.start, token.end, "extra-bracket", "this ) closes nothing: remove it, or add a ( before");
      return;
    }
    this.finish(top, token.end, true);
  }

  /** Completes a list or vector and hands it to what encloses it. */
  private finish(form: OpenForm, end: number, isClosed: boolean): void {
    const { id, start, items } = form;
    if (form.kind === "vector") {
      this.deliver({ kind: "vector", id, start, end, items, isClosed });
      return;
    }
    if (form.dot !== null && form.tail === null && isClosed) {
      this.report(form.dot.start, form.dot.end, "lone-dot", "a form is missing after this dot");
    }
    this.deliver({ kind: "list", id, start, end, items, tail: form.tail, isClosed });
  }

  private dot(token: Token): void {
    const top = this.open.at(-1);
    if (top === undefined || top.kind !== "list" || top.items.length === 0 || top.dot !== null) {
      const expected = "a dot stands between the last two forms of a list, as in (a . b)";
      this.report(token.start, token.end, "lone-dot", `misplaced dot: ${expected}`);
      return;
    }
    top.dot = { start: token.start, end: token.end };
  }

  /** A complete form: wrapped by open prefixes, then put into the list it stands in, or to the top level. */
  private deliver(complete: Form): void {
    let form = complete;
    for (;;) {
      const top = this.open.at(-1);
      if (top === undefined) {
        this.forms.push(form);
        return;
      }
      if (top.kind === "skip-form") {
        this.open.pop();
        this.comments.push({ start: top.start, end: form.end, text: this.text.slice(top.start, form.end) });
        return;
      }
      if (top.kind === "list" || top.kind === "vector") {
        this.addItem(top, form);
        return;
      }
      this.open.pop();
      form = { kind: top.kind, id: top.id, start: top.start, end: form.end, form };
    }
  }

  private addItem(list: OpenForm, form: Form): void {
    if (list.dot === null) list.items.push(form);
    else if (list.tail === null) list.tail = form;
    else this.report(form.start, form.end, "lone-dot", "only one form may follow the dot of a list: expected )");
  }

  /** Ends prefixes that no form follows, because a bracket or the end of the text does. */
  private endPrefixes(end: number): void {
    for (let top = this.open.at(-1); top !== undefined; top = this.open.at(-1)) {
      if (top.kind === "list" || top.kind === "vector") return;
      this.open.pop();
      this.report(top.start, top.openEnd, "missing-form", `a form is missing after ${PREFIX_TEXT[top.kind]}`);
      if (top.kind !== "skip-form") {
        this.deliver({ kind: top.kind, id: top.id, start: top.start, end: Math.min(top.openEnd, end), form: null });
      }
    }
  }

  private closeAll(at: number): void {
    if (this.skipDepth > 0) {
      this.skipDepth = 0;
      this.deliver(this.emptyList(this.skipStart, at, false));
    }
    this.endPrefixes(at);
    const outermost = this.open.find((form) => form.kind === "list" || form.kind === "vector");
    if (outermost !== undefined) {
      const count = this.open.filter((form) => !PREFIX_KINDS.has(form.kind) && form.kind !== "skip-form").length;
      const what =
        count === 1
          ? "this list is not closed: expected )"
          : `${count} lists are not closed: expected ${")".repeat(Math.min(count, 20))}`;
      this.report(outermost.start, outermost.openEnd, "unclosed-list", what);
    }
    const end = this.endOfContent(at);
    for (let top = this.open.pop(); top !== undefined; top = this.open.pop()) {
      if (top.kind === "list" || top.kind === "vector") this.finish(top, Math.max(end, lastEnd(top)), false);
      else if (top.kind !== "skip-form") {
        this.deliver({ kind: top.kind, id: top.id, start: top.start, end: top.openEnd, form: null });
      }
    }
  }

  /** An unclosed list ends with its last content, not with the white space before what follows. */
  private endOfContent(at: number): number {
    let end = at;
    while (end > 0 && /\s/.test(this.text.charAt(end - 1))) end--;
    return end;
  }

  private startsDefinition(token: Token): boolean {
    if (this.open.length === 0 || (token.start > 0 && this.text.charAt(token.start - 1) !== "\n")) return false;
    return this.text.startsWith("def", token.start + 1);
  }

  private report(start: number, end: number, code: string, message: string): void {
    this.diagnostics.push({ start, end, severity: "error", code, message });
  }
}

type AtomValue = Extract<TokenValue, { kind: "symbol" | "integer" | "float" | "character" | "string" | "constant" }>;

/** Written out: a spread of the value would make objects whose places are stored apart from them, and every later walk slower. */
function atom(value: AtomValue, id: number, start: number, end: number): Form {
  switch (value.kind) {
    case "symbol":
      return { kind: "symbol", id, start, end, name: value.name };
    case "integer":
    case "float":
      return { kind: value.kind, id, start, end, value: value.value };
    case "character":
      return { kind: "character", id, start, end, code: value.code };
    case "string":
      return { kind: "string", id, start, end, text: value.text };
    case "constant":
      return { kind: "constant", id, start, end, value: value.value };
  }
}

function lastEnd(form: OpenForm): number {
  return form.tail?.end ?? form.items.at(-1)?.end ?? form.openEnd;
}
