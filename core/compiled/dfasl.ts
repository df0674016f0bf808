/**
 * Reads DFASL files: a byte stream of operations, each yielding a value. Source: compiled files specification, section 5.
 *
 * The stream has no marks to find one's way by: reading ends at the first error, with what came before it.
 */
import { type DraftFunction, readCode } from "./dfasl-code.ts";
import {
  type ArrayForm,
  type Form,
  INTERLISP,
  KEYWORD,
  LISP,
  listForm,
  NIL_FORM,
  packageName,
  type SymbolForm,
  symbolForm,
  T_FORM,
} from "./forms.ts";
import { faultsOf, problemOf } from "./problems.ts";
import { TextStream } from "./reader/text-stream.ts";
import { ratioForm } from "./reader/tokens.ts";
import type { CompiledFile, CompiledItem, CompiledProblem } from "./types.ts";

/** First byte of a DFASL file. */
export const DFASL_MARK = 145;
/** Ends a block, and the file. */
const END = 255;
const CURRENT_VERSION = 8;
/** Numbers below this are their own operation. */
const SHORT_INTEGERS = 128;
/** Deepest nesting of values inside each other. Those of real files stay below 100. */
const MAX_NESTING = 500;
const CUT_OFF = "value cut off";

export function readDfasl(name: string, bytes: Uint8Array): CompiledFile {
  const stream = new TextStream(name, bytes);
  const problems: CompiledProblem[] = [];
  const reader = new DfaslReader(stream, problems);
  const text: string[] = [];
  try {
    stream.takeByte(CUT_OFF);
    reader.version = 256 * stream.takeByte(CUT_OFF) + stream.takeByte(CUT_OFF);
    for (;;) {
      const lines = readText(stream);
      if (lines === null) break;
      text.push(...lines);
      reader.readBlock();
    }
    if (stream.at < bytes.length && bytes.subarray(stream.at).some((byte) => byte !== 10 && byte !== 13)) {
      throw stream.error("something behind the end of the file", `${bytes.length - stream.at} bytes`, "line ends");
    }
  } catch (error) {
    problems.push(problemOf(error, reader.where));
  }
  for (const each of reader.functions) problems.push(...faultsOf(each));
  return {
    name,
    kind: "DFASL",
    sizeBytes: bytes.length,
    header: {
      readTable: null,
      package: null,
      packageForm: null,
      base: 10,
      encoding: "MCCS",
      text,
      version: String(reader.version),
    },
    items: reader.items,
    functions: reader.functions,
    problems,
  };
}

/** The free text in front of a block, by lines; `null`: the file ends here. */
function readText(stream: TextStream): readonly string[] | null {
  const end = stream.bytes.indexOf(END, stream.at);
  if (end < 0) throw stream.error("text without an end", "the end of the file", "byte 255");
  if (end === stream.at) {
    stream.at++;
    return null;
  }
  let text = "";
  for (const byte of stream.bytes.subarray(stream.at, end)) text += String.fromCharCode(byte);
  stream.at = end + 1;
  return text.split(/[\r\n]+/).filter((line) => line !== "");
}

export class DfaslReader {
  readonly stream: TextStream;
  version = 0;
  readonly items: CompiledItem[] = [];
  readonly functions: DraftFunction[] = [];
  /** What is being read, for problems. */
  where = "start";
  private readonly problems: CompiledProblem[];
  private table: Form[] = [];
  private depth = 0;
  /** Where the operation at top level began. */
  private startByte = 0;

  constructor(stream: TextStream, problems: CompiledProblem[]) {
    this.stream = stream;
    this.problems = problems;
  }

  /** Why today's machine refuses the code of this file. */
  get obsolete(): string | null {
    if (this.version === CURRENT_VERSION) return null;
    return `version ${this.version}: its operands have 2 or 3 bytes, today's machine wants 4 (version ${CURRENT_VERSION})`;
  }

  readBlock(): void {
    const { stream } = this;
    this.table = [];
    while (stream.bytes[stream.at] !== END) {
      this.where = `operation ${this.items.length}`;
      this.startByte = stream.at;
      this.depth = 0;
      const value = this.value();
      // EVAL at top level is a form of the file; deeper, it is a part of a value.
      if (value.kind === "load-time") {
        this.items.push({ kind: "expression", form: value.form, startByte: this.startByte, endByte: stream.at });
      }
    }
    stream.at++;
  }

  /**
   * The value of the next operation.
   *
   * @throws {ImageError} when there is none
   */
  value(): Form {
    const { stream } = this;
    const at = stream.at;
    if (++this.depth > MAX_NESTING) {
      throw stream.error("value nested too deeply", `${this.depth} levels`, `at most ${MAX_NESTING}`);
    }
    const value = this.operation(stream.takeByte(CUT_OFF), at);
    this.depth--;
    return value;
  }

  /** A value that must be an integer of 0 … `most`. */
  count(most: number, what: string): number {
    const at = this.stream.at;
    const value = this.value();
    if (value.kind === "integer" && value.value >= 0n && value.value <= BigInt(most)) return Number(value.value);
    const found = value.kind === "integer" ? String(value.value) : value.kind;
    throw this.stream.error(`impossible ${what}`, found, `0 to ${most}`, at);
  }

  /** As `count`, for something of which each piece takes at least one byte of the file. */
  length(what: string): number {
    return this.count(this.stream.bytes.length - this.stream.at, what);
  }

  symbol(what: string): SymbolForm {
    const at = this.stream.at;
    const value = this.value();
    if (value.kind === "symbol") return value;
    throw this.stream.error(what, value.kind, "a symbol", at);
  }

  values(count: number): Form[] {
    const values: Form[] = [];
    for (let i = 0; i < count; i++) values.push(this.value());
    return values;
  }

  private operation(op: number, at: number): Form {
    if (op < SHORT_INTEGERS) return { kind: "integer", value: BigInt(op) };
    const { stream } = this;
    switch (op) {
      case 128:
        return NIL_FORM;
      case 129:
        return T_FORM;
      case 130:
        return { kind: "integer", value: BigInt(view(stream.take(4, CUT_OFF)).getInt32(0)) };
      case 131:
        return { kind: "integer", value: twosComplement(stream.take(this.length("length of an integer"), CUT_OFF)) };
      case 132:
        return { kind: "float", value: view(stream.take(4, CUT_OFF)).getFloat32(0) };
      case 134:
        return this.ratio(at);
      case 135:
        return { kind: "complex", real: this.value(), imaginary: this.value() };
      case 136:
        return { kind: "vector", items: this.values(this.length("length of a vector")) };
      case 137:
        return { kind: "array", dimensions: this.value(), options: this.value(), elements: [] };
      case 138: {
        const array = this.array(at);
        return filled(array, this.values(this.length("number of elements")));
      }
      case 139:
        return this.bitArray(at);
      case 140:
        return { kind: "string", text: latin(stream.take(this.length("length of a string"), CUT_OFF)) };
      case 141:
        return this.fatString();
      case 142: {
        const code = stream.takeByte(CUT_OFF);
        return { kind: "character", code: code === 255 ? view(stream.take(2, CUT_OFF)).getUint16(0) : code };
      }
      case 143:
        return symbolForm(this.name(), LISP);
      case 144:
        return symbolForm(this.name(), KEYWORD);
      case 145:
        return { kind: "package", name: packageName(this.name()) };
      case 146:
        return this.symbolInPackage();
      case 147:
        return listForm(this.values(this.length("length of a list")));
      case 148: {
        const items = this.values(this.length("length of a list"));
        const tail = items.pop();
        return listForm(items, tail ?? null);
      }
      case 149:
        return symbolForm(this.name(), INTERLISP);
      default:
        return this.effect(op, at);
    }
  }

  /** Operations that do more than making a constant. */
  private effect(op: number, at: number): Form {
    const { stream } = this;
    switch (op) {
      case 150: {
        const code = readCode(this, at);
        this.functions.push(code);
        return { kind: "code", function: code };
      }
      case 151:
        return this.localFixups();
      case 152: {
        const value = this.value();
        this.table.push(value);
        return value;
      }
      case 153: {
        const index = this.count(this.table.length - 1, "table index");
        return this.table[index] as Form;
      }
      case 154:
        return this.verifyTable(at);
      case 155:
        return { kind: "load-time", form: this.value() };
      case 156:
        return this.definition();
      case 157:
        return this.call();
      case 158:
        return this.bitmap();
      case 159:
        return { kind: "structure", type: this.value(), fields: this.structureFields() };
      default:
        throw stream.error("unknown operation", String(op), "0 to 132, 134 to 159", at);
    }
  }

  private name(): string {
    const at = this.stream.at;
    const value = this.value();
    if (value.kind === "string") return value.text;
    throw this.stream.error("name of a symbol or package", value.kind, "a string", at);
  }

  private symbolInPackage(): Form {
    const name = this.name();
    const at = this.stream.at;
    const inPackage = this.value();
    if (inPackage.kind === "package") return symbolForm(name, inPackage.name);
    if (inPackage.kind === "symbol" && inPackage.name === "NIL") return symbolForm(name, null);
    throw this.stream.error(`package of symbol ${name}`, inPackage.kind, "a package or NIL", at);
  }

  private ratio(at: number): Form {
    const [numerator, denominator] = [this.value(), this.value()];
    const ratio =
      numerator.kind === "integer" && denominator.kind === "integer"
        ? ratioForm(numerator.value, denominator.value)
        : null;
    if (ratio !== null) return ratio;
    throw this.stream.error(
      "broken ratio",
      `${numerator.kind} / ${denominator.kind}`,
      "integers, the second not 0",
      at,
    );
  }

  private fatString(): Form {
    const { stream } = this;
    const count = this.length("length of a string");
    stream.resetCharacterSet();
    let text = "";
    for (let i = 0; i < count; i++) {
      const code = stream.nextLiteral();
      if (code < 0) throw stream.error("string cut off", "the end of the file", `${count} characters`);
      text += String.fromCharCode(code);
    }
    stream.resetCharacterSet();
    return { kind: "string", text };
  }

  private array(at: number): ArrayForm {
    const value = this.value();
    if (value.kind === "array") return value;
    throw this.stream.error("array to fill", value.kind, "an array", at);
  }

  private bitArray(at: number): Form {
    const array = this.array(at);
    const count = this.count(8 * (this.stream.bytes.length - this.stream.at), "number of bits");
    const bytes = this.stream.take(Math.ceil(count / 8), CUT_OFF);
    const bit = (i: number) => ((bytes[i >> 3] as number) >> (7 - (i & 7))) & 1;
    return filled(
      array,
      Array.from({ length: count }, (_, i) => (bit(i) === 1 ? ONE : ZERO)),
    );
  }

  private bitmap(): Form {
    const most = 8 * this.stream.bytes.length;
    const width = this.count(most, "width of a bitmap");
    const height = this.count(most, "height of a bitmap");
    const bitsPerPixel = this.count(32, "number of bits per pixel");
    const bytes = this.stream.take(2 * height * Math.ceil((width * bitsPerPixel) / 16), CUT_OFF);
    return { kind: "bitmap", width, height, bitsPerPixel, bytes };
  }

  private structureFields(): readonly Form[] {
    const at = this.stream.at;
    const value = this.value();
    if (value.kind === "list" && value.tail === null) return value.items;
    if (value.kind === "symbol" && value.name === "NIL") return [];
    throw this.stream.error("fields of a structure", value.kind, "a list of names and values", at);
  }

  private localFixups(): Form {
    const value = this.value();
    const count = this.length("number of local function fixups");
    for (let i = 0; i < count; i++) {
      const at = this.stream.at;
      const code = this.value();
      const offset = this.count(0xffff, "offset of a fixup");
      const object = this.value();
      if (code.kind !== "code") throw this.stream.error("code to patch", code.kind, "code", at);
      // The table entry is the code itself, so the patch belongs to everyone who has it.
      (code.function as DraftFunction).fixups.push({ group: "literal", offset, value: object });
    }
    return value;
  }

  private verifyTable(at: number): Form {
    const announced = this.count(Number.MAX_SAFE_INTEGER, "table size");
    if (announced !== this.table.length) {
      this.problems.push({
        where: "value table",
        offsetBytes: at,
        what: "table of another size than announced",
        found: `${this.table.length} entries`,
        expected: `${announced} entries`,
      });
    }
    return NIL_FORM;
  }

  private definition(): Form {
    const name = this.symbol("symbol to define");
    this.where = name.name;
    const at = this.stream.at;
    const value = this.value();
    if (value.kind !== "code") throw this.stream.error(`definition of ${name.name}`, value.kind, "code", at);
    const defined = value.function as DraftFunction;
    defined.name ??= name;
    this.items.push({
      kind: "definition",
      name,
      function: defined,
      startByte: this.startByte,
      endByte: this.stream.at,
    });
    return value;
  }

  private call(): Form {
    const at = this.stream.at;
    const value = this.value();
    if (value.kind !== "code") throw this.stream.error("function to call", value.kind, "code", at);
    this.items.push({ kind: "call", function: value.function, startByte: this.startByte, endByte: this.stream.at });
    return NIL_FORM;
  }
}

const ZERO: Form = { kind: "integer", value: 0n };
const ONE: Form = { kind: "integer", value: 1n };

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function latin(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function twosComplement(bytes: Uint8Array): bigint {
  let digits = "";
  for (const byte of bytes) digits += byte.toString(16).padStart(2, "0");
  return digits === "" ? 0n : BigInt.asIntN(8 * bytes.length, BigInt(`0x${digits}`));
}

/** The array is filled where it is: the value table may hold it already. */
function filled(array: ArrayForm, elements: readonly Form[]): ArrayForm {
  return Object.assign(array, { elements });
}
