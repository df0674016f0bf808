/**
 * Reads Lisp expressions from a stream. Open lists are kept on a stack of its own, so nesting costs no JavaScript stack.
 * Errors are `ImageError`s with the byte at which they show. Source: compiled files specification, sections 2.2 to 2.4.
 */
import { type Form, INTERLISP, LISP, listForm, symbolForm } from "../forms.ts";
import { readHash } from "./hash-macros.ts";
import { AT_LOAD_TIME, type Finish, type MacroHost, type MacroResult, wrapping } from "./macro-result.ts";
import { CONTROL_Y, Syntax } from "./read-tables.ts";
import { END, EOL, type TextStream } from "./text-stream.ts";
import { type ReaderEnvironment, type Token, tokenForm } from "./tokens.ts";

/** Deepest nesting of a form. Those of real files stay below 100. */
export const MAX_NESTING = 1000;
/** Elements that `#n(…)` may add in one file: a few damaged digits must not cost gigabytes. */
const MOST_PADDING = 1_000_000;

/** An unfinished form that waits for others. */
interface OpenForm {
  readonly kind: "list" | "bracket" | "prefix";
  readonly needed: number;
  readonly startByte: number;
  /** `null`: an ordinary list, which may have a dot. */
  readonly finish: Finish | null;
  readonly items: Form[];
  /** How many items stood in front of each lone dot. */
  readonly dots: number[];
}

const QUOTE = symbolForm("QUOTE", LISP);
const BACKQUOTE = symbolForm("BQUOTE", INTERLISP);
const DOT = symbolForm(".", INTERLISP);
const code = (character: string): number => character.charCodeAt(0);

export class FormReader implements MacroHost {
  readonly stream: TextStream;
  environment: ReaderEnvironment;
  /** Objects labelled `#n=` in the form that is being read. */
  readonly labels = new Map<number, Form>();
  /** Elements that `#n(…)` may still add. */
  paddingLeft = MOST_PADDING;
  private open: OpenForm[] = [];

  constructor(stream: TextStream, environment: ReaderEnvironment) {
    this.stream = stream;
    this.environment = environment;
  }

  /**
   * The next form; the stream stays on the character behind it. `null`: the file ends here.
   *
   * @throws {ImageError} when no form can be read, with the stream somewhere inside it
   */
  read(): Form | null {
    this.open = [];
    this.labels.clear();
    for (;;) {
      const done = this.step();
      if (done !== null) return done === "end" ? null : done;
    }
  }

  /** The characters up to the next separator, bracket or macro. */
  readToken(): Token {
    const { stream } = this;
    const { syntax, isCommonLisp } = this.environment.table;
    const startByte = stream.at;
    const delimiters: number[] = [];
    let text = "";
    let isEscaped = false;
    let isInside = false;
    for (;;) {
      const next = stream.peek();
      const kind = syntax[next] ?? Syntax.constituent;
      if (next === END) {
        if (!isInside) break;
        throw stream.error("unfinished symbol", "the end of the file", "the closing |", startByte);
      }
      if (kind === Syntax.escape) {
        stream.next();
        text += String.fromCharCode(this.escaped(startByte));
        isEscaped = true;
      } else if (kind === Syntax.multipleEscape) {
        stream.next();
        isInside = !isInside;
        isEscaped = true;
      } else if (isInside) {
        text += String.fromCharCode(stream.next());
      } else if (kind === Syntax.packageDelimiter) {
        stream.next();
        delimiters.push(text.length);
      } else if (kind === Syntax.constituent || kind === Syntax.firstMacro) {
        stream.next();
        const isLower = isCommonLisp && next >= 0x61 && next <= 0x7a;
        text += String.fromCharCode(isLower ? next - 0x20 : next);
      } else {
        break;
      }
    }
    return { text, isEscaped, delimiters };
  }

  /** The rest of a string whose opening quote has been read. `isFolded`: a line end and the blanks behind it become one blank. */
  readString(startByte: number, isFolded: boolean): Form {
    const { stream } = this;
    const { syntax } = this.environment.table;
    let text = "";
    for (;;) {
      const next = stream.next();
      const kind = syntax[next] ?? Syntax.constituent;
      if (next === END) throw stream.error("unfinished string", "the end of the file", 'the closing "', startByte);
      if (kind === Syntax.string) return { kind: "string", text };
      if (isFolded && next === EOL) {
        while (stream.peek() === code(" ") || stream.peek() === EOL) stream.next();
        text += " ";
      } else {
        text += String.fromCharCode(kind === Syntax.escape ? this.escaped(startByte) : next);
      }
    }
  }

  private escaped(startByte: number): number {
    const next = this.stream.nextLiteral();
    if (next !== END) return next;
    throw this.stream.error(
      "unfinished form",
      "the end of the file",
      "a character behind the escape character",
      startByte,
    );
  }

  /** Reads one token, bracket or macro. `null`: no form is complete yet. */
  private step(): Form | "end" | null {
    const { stream } = this;
    const startByte = stream.at;
    const next = stream.peek();
    if (next === END) {
      const top = this.open.at(-1);
      if (top === undefined) return "end";
      throw stream.error("unfinished form", "the end of the file", "its rest", top.startByte);
    }
    switch (this.environment.table.syntax[next] ?? Syntax.constituent) {
      case Syntax.separator:
        stream.next();
        return null;
      case Syntax.open:
        stream.next();
        return this.begin("list", startByte);
      case Syntax.openBracket:
        stream.next();
        return this.begin("bracket", startByte);
      case Syntax.close:
        stream.next();
        return this.close(startByte).done;
      case Syntax.closeBracket:
        stream.next();
        return this.closeAll(startByte);
      case Syntax.string:
        stream.next();
        return this.deliver(this.readString(startByte, false));
      case Syntax.macro:
      case Syntax.firstMacro:
        stream.next();
        return this.apply(this.macro(next, startByte), startByte);
      default:
        return this.token(startByte);
    }
  }

  private token(startByte: number): Form | null {
    const token = this.readToken();
    const { text, isEscaped, delimiters } = token;
    const top = this.open.at(-1);
    if (text === "." && !isEscaped && delimiters.length === 0 && top !== undefined && top.kind !== "prefix") {
      top.dots.push(top.items.length);
      return null;
    }
    const [first, last] = [delimiters[0], delimiters.at(-1)];
    if (first !== undefined && (first !== last || delimiters.length > 2 || first === text.length)) {
      throw this.stream.error("symbol with a misplaced package delimiter", text, "package:symbol", startByte);
    }
    return this.deliver(tokenForm(token, this.environment));
  }

  private begin(kind: OpenForm["kind"], startByte: number, needed = 0, finish: Finish | null = null): null {
    if (this.open.length >= MAX_NESTING) {
      throw this.stream.error(
        "form nested too deeply",
        `${MAX_NESTING + 1} levels`,
        `at most ${MAX_NESTING}`,
        startByte,
      );
    }
    this.open.push({ kind, needed, startByte, finish, items: [], dots: [] });
    return null;
  }

  /** Hands a finished form to what waits for it. Answers the outermost form when that is complete. */
  private deliver(form: Form | null): Form | null {
    let value = form;
    while (value !== null) {
      const top = this.open.at(-1);
      if (top === undefined) return value;
      top.items.push(value);
      if (top.kind !== "prefix" || top.items.length < top.needed) return null;
      this.open.pop();
      value = top.finish === null ? null : top.finish(top.items);
    }
    return null;
  }

  private close(startByte: number): { readonly done: Form | null; readonly closed: OpenForm } {
    const closed = this.open.pop();
    if (closed === undefined || closed.kind === "prefix") {
      throw this.stream.error("closing bracket without an opening one", ")", "a form", startByte);
    }
    return { done: this.deliver(finishList(closed)), closed };
  }

  /** `]` closes everything up to the nearest `[`, or the whole form. */
  private closeAll(startByte: number): Form | null {
    for (;;) {
      const { done, closed } = this.close(startByte);
      if (done !== null || closed.kind === "bracket") return done;
    }
  }

  private apply(result: MacroResult, startByte: number): Form | null {
    switch (result.kind) {
      case "form":
        return this.deliver(result.form);
      case "nothing":
        return null;
      case "prefix":
        return this.begin("prefix", startByte, result.needed, result.finish);
      case "list":
        return this.begin("list", startByte, 0, result.finish);
    }
  }

  private macro(character: number, startByte: number): MacroResult {
    switch (character) {
      case code("'"):
        return wrapping(QUOTE);
      case code("`"):
        return wrapping(BACKQUOTE);
      case code(","):
        return wrapping(this.commaMarker());
      case code(";"):
        for (let next = this.stream.next(); next !== EOL && next !== END; ) next = this.stream.next();
        return { kind: "nothing" };
      case code("|"):
        return this.oldBar(startByte);
      case CONTROL_Y:
        return AT_LOAD_TIME;
      default:
        return readHash(this, startByte);
    }
  }

  private commaMarker(): Form {
    const next = this.stream.peek();
    if (next !== code("@") && next !== code(".")) return symbolForm(",", INTERLISP);
    this.stream.next();
    return symbolForm(`,${String.fromCharCode(next)}`, INTERLISP);
  }

  /** `|` of the old tables. */
  private oldBar(startByte: number): MacroResult {
    const { stream } = this;
    const next = stream.peek();
    if ("({^".includes(String.fromCharCode(next))) {
      throw stream.error(
        "printed structure",
        `|${String.fromCharCode(next)}`,
        "no such syntax in a compiled file",
        startByte,
      );
    }
    if (next === code("'")) {
      stream.next();
      return wrapping(BACKQUOTE);
    }
    if (next === code(" ") || next === code("\t") || next === EOL) {
      stream.next();
      return { kind: "nothing" };
    }
    if (next === code("#")) stream.next();
    return readHash(this, startByte);
  }
}

/** A list, dotted when exactly one element follows the last lone dot; any other dot is a symbol. */
function finishList({ items, dots, finish }: OpenForm): Form | null {
  const last = dots.at(-1);
  const isDotted = finish === null && last !== undefined && last > 0 && last === items.length - 1;
  const tail = isDotted ? (items.pop() ?? null) : null;
  for (const at of (isDotted ? dots.slice(0, -1) : dots).toReversed()) items.splice(at, 0, DOT);
  return finish === null ? listForm(items, tail) : finish(items);
}
