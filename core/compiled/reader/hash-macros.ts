/**
 * The `#` syntax of the reader. Source: compiled files specification, section 2.4.
 */
import { type BitmapForm, type Form, LISP, listForm, listItems, NIL_FORM, symbolForm } from "../forms.ts";
import { AT_LOAD_TIME, type MacroHost, type MacroResult, wrapping } from "./macro-result.ts";
import { END, type TextStream } from "./text-stream.ts";
import { integerInBase, ratioForm } from "./tokens.ts";

const code = (character: string): number => character.charCodeAt(0);
const NOTHING: MacroResult = { kind: "nothing" };
const FUNCTION = symbolForm("FUNCTION", LISP);

/** What `#+` and `#-` find present: the features of the system that reads such files. */
const FEATURES: ReadonlySet<string> = new Set(["INTERLISP", "XEROX", "COMMON", "IEEE-FLOATING-POINT", "MEDLEY"]);
/** Longest run of digits between `#` and its character. */
const MOST_DIGITS = 9;

/** @param startByte where the `#` stood, which has been read */
export function readHash(reader: MacroHost, startByte: number): MacroResult {
  const { stream } = reader;
  const parameter = readParameter(stream);
  const next = stream.next();
  const character = next === END ? "" : String.fromCharCode(next).toUpperCase();
  switch (character) {
    case "'":
      return wrapping(FUNCTION);
    case ".":
    case ",":
      return AT_LOAD_TIME;
    case "\\":
      return { kind: "form", form: readCharacter(reader, startByte) };
    case "(":
      return { kind: "list", finish: (items) => vectorForm(reader, items, parameter, startByte) };
    case "*":
      return readStar(reader, parameter, startByte);
    case ":":
      return { kind: "form", form: symbolForm(reader.readToken().text, null) };
    case "S":
      return prefix(1, ([form]) => structureForm(stream, form, startByte));
    case "A":
      return prefix(1, ([form]) => arrayForm(stream, form, parameter, startByte));
    case "C":
      return prefix(1, ([form]) => complexForm(stream, form, startByte));
    case "P":
      return prefix(1, ([form]) => (form === undefined ? null : { kind: "pathname", name: form }));
    case "O":
      return rational(reader, 8, startByte);
    case "B":
      return rational(reader, 2, startByte);
    case "X":
      return rational(reader, 16, startByte);
    case "R":
      return rational(reader, parameter ?? 0, startByte);
    case "+":
    case "-":
      return prefix(2, ([feature, form]) =>
        feature !== undefined && form !== undefined && isPresent(feature) === (character === "+") ? form : null,
      );
    case '"':
      return { kind: "form", form: reader.readString(startByte, true) };
    case "=":
      return prefix(1, ([form]) => {
        if (form !== undefined && parameter !== null) reader.labels.set(parameter, form);
        return form ?? null;
      });
    case "#":
      return { kind: "form", form: labelled(reader, parameter, startByte) };
    case "|":
      skipComment(stream, startByte);
      return NOTHING;
    default:
      throw stream.error("unknown syntax", `#${character}`, "one of the characters that may follow #", startByte);
  }
}

const prefix = (needed: number, finish: (items: readonly Form[]) => Form | null): MacroResult => ({
  kind: "prefix",
  needed,
  finish,
});

function readParameter(stream: TextStream): number | null {
  let digits = "";
  for (let next = stream.peek(); next >= 0x30 && next <= 0x39 && digits.length < MOST_DIGITS; next = stream.peek()) {
    digits += String.fromCharCode(stream.next());
  }
  return digits === "" ? null : Number(digits);
}

const CHARACTER_NAMES: ReadonlyMap<string, number> = new Map([
  ["NULL", 0],
  ["BELL", 7],
  ["BACKSPACE", 8],
  ["BS", 8],
  ["TAB", 9],
  ["LINEFEED", 10],
  ["LF", 10],
  ["PAGE", 12],
  ["FORM", 12],
  ["FF", 12],
  ["NEWLINE", 13],
  ["RETURN", 13],
  ["CR", 13],
  ["ESCAPE", 27],
  ["ESC", 27],
  ["TENEXEOL", 31],
  ["SPACE", 32],
  ["SP", 32],
  ["RUBOUT", 127],
  ["DEL", 127],
]);
/** Character set and code in octal. */
const OCTAL_CODE = /^([0-7]{1,3})[-,.]([0-7]{1,3})$/;

function readCharacter(reader: MacroHost, startByte: number): Form {
  const { stream } = reader;
  const first = stream.next();
  if (first === END) throw stream.error("unfinished character", "the end of the file", "a character", startByte);
  const rest = reader.readToken().text;
  const name = String.fromCharCode(first) + rest;
  const found = rest === "" ? first : namedCharacter(name);
  if (found === null)
    throw stream.error("unknown character", `#\\${name}`, "a character or the name of one", startByte);
  return { kind: "character", code: found };
}

function namedCharacter(name: string): number | null {
  const known = CHARACTER_NAMES.get(name.toUpperCase());
  if (known !== undefined) return known;
  const octal = OCTAL_CODE.exec(name);
  if (octal !== null) return 256 * Number.parseInt(octal[1] as string, 8) + Number.parseInt(octal[2] as string, 8);
  if (name.length < 2 || (name[0] !== "^" && name[0] !== "#")) return null;
  const base = name.length === 2 ? name.charCodeAt(1) : namedCharacter(name.slice(1));
  if (base === null) return null;
  // `^A` is a control character, `#A` the character in the upper half of its set.
  return name[0] === "^" ? base & ~0x60 : base + 0x80;
}

function vectorForm(reader: MacroHost, items: readonly Form[], length: number | null, startByte: number): Form {
  if (length === null || length === items.length) return { kind: "vector", items };
  const missing = length - items.length;
  const filler = items.at(-1);
  if (missing < 0 || filler === undefined || missing > reader.paddingLeft) {
    throw reader.stream.error("vector of another length", `${items.length} elements`, `${length} elements`, startByte);
  }
  reader.paddingLeft -= missing;
  return { kind: "vector", items: [...items, ...new Array<Form>(missing).fill(filler)] };
}

function readStar(reader: MacroHost, parameter: number | null, startByte: number): MacroResult {
  const { stream } = reader;
  if (stream.peek() === code("(")) {
    stream.next();
    return { kind: "list", finish: (items) => readBitmap(stream, items, startByte) };
  }
  const { text } = reader.readToken();
  const length = parameter ?? text.length;
  const missing = length - text.length;
  const last = text.at(-1);
  if (!/^[01]*$/.test(text) || missing < 0 || missing > reader.paddingLeft || (missing > 0 && last === undefined)) {
    throw stream.error("broken bit vector", `#*${text}`, `${length} digits 0 or 1`, startByte);
  }
  reader.paddingLeft -= missing;
  return { kind: "form", form: { kind: "bits", bits: [...text.padEnd(length, last ?? "0")].map(Number) } };
}

/** Pixels follow the size at once: a byte `@` … `O` for each four bits. */
function readBitmap(stream: TextStream, size: readonly Form[], startByte: number): BitmapForm {
  const [width, height, bitsPerPixel = 1] = size.map((each) => (each.kind === "integer" ? Number(each.value) : -1));
  if (width === undefined || height === undefined || width < 0 || height < 0 || bitsPerPixel < 1 || bitsPerPixel > 32) {
    throw stream.error("broken bitmap", "another size", "(width height [bits per pixel])", startByte);
  }
  const nibbles = stream.take(height * Math.ceil((width * bitsPerPixel) / 16) * 4, "bitmap cut off");
  const bytes = new Uint8Array(nibbles.length / 2);
  for (const [i, nibble] of nibbles.entries()) {
    if (nibble < 0x40 || nibble > 0x4f) {
      const at = stream.at - nibbles.length + i;
      throw stream.error("broken bitmap", `byte ${nibble}`, "bytes 64 to 79", at);
    }
    bytes[i >> 1] = ((bytes[i >> 1] as number) << 4) | (nibble & 15);
  }
  return { kind: "bitmap", width, height, bitsPerPixel, bytes };
}

function structureForm(stream: TextStream, form: Form | undefined, startByte: number): Form {
  const [type, ...fields] = (form === undefined ? null : listItems(form)) ?? [];
  if (type === undefined) throw stream.error("broken structure", "no list", "#S(type field value …)", startByte);
  return { kind: "structure", type, fields };
}

/** Most dimensions of an array, and most elements: deeper nesting shares its parts, and would multiply them. */
const MOST_DIMENSIONS = 7;
const MOST_ELEMENTS = 1_000_000;

function arrayForm(stream: TextStream, form: Form | undefined, rank: number | null, startByte: number): Form {
  const fail = () => stream.error("broken array", `#${rank ?? ""}A`, "#nA with lists nested n deep", startByte);
  if (form === undefined || rank === null || rank > MOST_DIMENSIONS) throw fail();
  const dimensions: Form[] = [];
  let elements: readonly Form[] = [form];
  for (let i = 0; i < rank; i++) {
    const rows = elements.map(sequenceItems);
    const length = rows[0]?.length ?? 0;
    if (length * rows.length > MOST_ELEMENTS || rows.some((row) => row === null || row.length !== length)) throw fail();
    dimensions.push({ kind: "integer", value: BigInt(length) });
    elements = rows.flatMap((row) => row ?? []);
  }
  return { kind: "array", dimensions: listForm(dimensions), options: NIL_FORM, elements };
}

const sequenceItems = (form: Form): readonly Form[] | null => (form.kind === "vector" ? form.items : listItems(form));

function complexForm(stream: TextStream, form: Form | undefined, startByte: number): Form {
  const [real, imaginary, ...more] = (form === undefined ? null : listItems(form)) ?? [];
  if (real === undefined || imaginary === undefined || more.length > 0) {
    throw stream.error("broken complex number", "another form", "#C(real imaginary)", startByte);
  }
  return { kind: "complex", real, imaginary };
}

function rational(reader: MacroHost, base: number, startByte: number): MacroResult {
  const { text } = reader.readToken();
  const [numerator, denominator = 1n] = text
    .toUpperCase()
    .split("/")
    .map((part) => integerInBase(part, base));
  const form = numerator == null || denominator === null ? null : ratioForm(numerator, denominator);
  if (base < 2 || base > 36 || form === null) {
    throw reader.stream.error("broken number", text, `digits of base ${base}`, startByte);
  }
  return { kind: "form", form };
}

/** Features are keywords, joined by AND, OR and NOT. */
function isPresent(feature: Form): boolean {
  if (feature.kind === "symbol") return FEATURES.has(feature.name);
  const [head, ...rest] = listItems(feature) ?? [];
  if (head?.kind !== "symbol") return false;
  switch (head.name) {
    case "AND":
      return rest.every(isPresent);
    case "OR":
      return rest.some(isPresent);
    case "NOT":
      return !rest.some(isPresent);
    default:
      return false;
  }
}

function labelled(reader: MacroHost, label: number | null, startByte: number): Form {
  const form = label === null ? undefined : reader.labels.get(label);
  if (form !== undefined) return form;
  throw reader.stream.error("label of nothing", `#${label ?? ""}#`, "a label of a form that ends before it", startByte);
}

/** `#| … |#`, which nests. */
function skipComment(stream: TextStream, startByte: number): void {
  let depth = 1;
  for (let next = stream.next(); ; next = stream.next()) {
    if (next === END) throw stream.error("unfinished comment", "the end of the file", "|#", startByte);
    if (next === code("|") && stream.peek() === code("#")) {
      stream.next();
      if (--depth === 0) return;
    } else if (next === code("#") && stream.peek() === code("|")) {
      stream.next();
      depth++;
    }
  }
}
