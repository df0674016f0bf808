/**
 * The printed form of what a compiled file holds, in the notation of the INTERLISP read table. It ends on every form: depth and characters
 * are bounded, because shared parts can make a form exponentially long.
 */
import { type Form, listItems, type SymbolForm } from "../forms.ts";
import { INTERLISP_TABLE, Syntax } from "../reader/read-tables.ts";
import { parseNumber } from "../reader/tokens.ts";
import { flatName } from "../symbol-homes.ts";
import { functionName } from "./function-facts.ts";

/** Nesting that is shown. */
const MOST_DEPTH = 40;
const ELLIPSIS = "…";

/** @param limit characters; the text ends in `…` when it was cut */
export function formText(form: Form, limit = 1000): string {
  const out = new Output(limit);
  print(form, 0, out);
  return out.text();
}

class Output {
  private readonly limit: number;
  private pieces = "";
  constructor(limit: number) {
    this.limit = limit;
  }
  get isFull(): boolean {
    return this.pieces.length > this.limit;
  }
  put(text: string): void {
    if (!this.isFull) this.pieces += text.length > this.limit + 1 ? text.slice(0, this.limit + 1) : text;
  }
  text(): string {
    return this.isFull ? this.pieces.slice(0, Math.max(this.limit - 1, 0)) + ELLIPSIS : this.pieces;
  }
}

function print(form: Form, depth: number, out: Output): void {
  if (out.isFull) return;
  if (depth > MOST_DEPTH) {
    out.put(ELLIPSIS);
    return;
  }
  switch (form.kind) {
    case "symbol":
      out.put(symbolText(form));
      return;
    case "integer":
      out.put(String(form.value));
      return;
    case "ratio":
      out.put(`${form.numerator}/${form.denominator}`);
      return;
    case "float":
      out.put(floatText(form.value));
      return;
    case "character":
      out.put(characterText(form.code));
      return;
    case "string":
      out.put(`"${form.text.replace(/["%]/g, "%$&")}"`);
      return;
    case "bits":
      out.put(`#*${form.bits.join("")}`);
      return;
    case "bitmap":
      out.put(`{bitmap ${form.width} x ${form.height}${form.bitsPerPixel === 1 ? "" : ` x ${form.bitsPerPixel}`}}`);
      return;
    case "package":
      out.put(`{package ${form.name}}`);
      return;
    case "code":
      out.put(`{function ${functionName(form.function)}}`);
      return;
    default:
      printParts(form, depth, out);
  }
}

function printParts(form: Form, depth: number, out: Output): void {
  switch (form.kind) {
    case "list":
      printList(form.items, form.tail, "(", depth, out);
      break;
    case "vector":
      printList(form.items, null, "#(", depth, out);
      break;
    case "array":
      out.put("#A");
      print(form.dimensions, depth + 1, out);
      printList(form.elements, null, "(", depth, out);
      break;
    case "structure":
      printList([form.type, ...form.fields], null, "#S(", depth, out);
      break;
    case "complex":
      printList([form.real, form.imaginary], null, "#C(", depth, out);
      break;
    case "pathname":
      out.put("#P");
      print(form.name, depth + 1, out);
      break;
    case "load-time":
      out.put("#.");
      print(form.form, depth + 1, out);
      break;
    default:
      break;
  }
}

function printList(items: readonly Form[], tail: Form | null, open: string, depth: number, out: Output): void {
  const [head, quoted] = items;
  if (open === "(" && isSymbol(head, "QUOTE") && quoted !== undefined && items.length === 2 && tail === null) {
    out.put("'");
    print(quoted, depth + 1, out);
    return;
  }
  out.put(open);
  for (const [i, item] of items.entries()) {
    if (out.isFull) return;
    if (i > 0) out.put(" ");
    print(item, depth + 1, out);
  }
  if (tail !== null) {
    out.put(" . ");
    print(tail, depth + 1, out);
  }
  out.put(")");
}

const isSymbol = (form: Form | undefined, name: string): boolean =>
  form?.kind === "symbol" && form.name === name && form.package !== null;

/** `CAR`, `CL:APPEND`, `:KEY`, `#:G53`, with escapes where the reader needs them. */
function symbolText(symbol: SymbolForm): string {
  if (symbol.package === null) return `#:${escaped(symbol.name)}`;
  const flat = flatName(symbol);
  const prefix = flat.slice(0, flat.length - symbol.name.length);
  const isNumber = prefix === "" && parseNumber(symbol.name, INTERLISP_TABLE, 10) !== null;
  return `${prefix}${isNumber ? "%" : ""}${escaped(symbol.name)}`;
}

function escaped(name: string): string {
  let text = "";
  for (let i = 0; i < name.length; i++) {
    const syntax = INTERLISP_TABLE.syntax[name.charCodeAt(i)] ?? Syntax.constituent;
    const isPlain = syntax === Syntax.constituent || (syntax === Syntax.firstMacro && i > 0);
    text += isPlain ? name[i] : `%${name[i]}`;
  }
  return text;
}

function floatText(value: number): string {
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

const CHARACTER_NAMES: ReadonlyMap<number, string> = new Map([
  [0, "Null"],
  [8, "Backspace"],
  [9, "Tab"],
  [10, "Linefeed"],
  [12, "Page"],
  [13, "Newline"],
  [27, "Escape"],
  [32, "Space"],
]);

function characterText(code: number): string {
  const name = CHARACTER_NAMES.get(code);
  if (name !== undefined) return `#\\${name}`;
  if (code > 32 && code < 127) return `#\\${String.fromCharCode(code)}`;
  return `#\\${(code >> 8).toString(8)},${(code & 255).toString(8)}`;
}

/** Arguments by the debugging information of the XCL compiler: `((argument …) …)`. */
export function listedArguments(debugInfo: Form | null): string | null {
  const first = debugInfo === null ? undefined : listItems(debugInfo)?.[0];
  const items = first === undefined ? null : listItems(first);
  if (first === undefined || items === null) return null;
  return items.length === 0 ? "()" : formText(first);
}
