/**
 * Reads LCOM files: printed expressions with binary code records between them. Source: compiled files specification, section 1.
 *
 * A damaged item costs only itself: reading goes on at the next code record.
 */
import { type Form, INTERLISP, isPrintedNil, listItems, packageName } from "./forms.ts";
import { readCodeRecord } from "./lcom-code.ts";
import { problemOf } from "./problems.ts";
import { FormReader } from "./reader/form-reader.ts";
import { FILE_INFO_TABLE, OLD_FILE_TABLE, Syntax, TABLES } from "./reader/read-tables.ts";
import { END, type Encoding, TextStream } from "./reader/text-stream.ts";
import type { ReaderEnvironment } from "./reader/tokens.ts";
import type { CompiledFile, CompiledFunction, CompiledHeader, CompiledItem, CompiledProblem } from "./types.ts";

/** Problems that are listed; a file with more is not worth reading on. */
const MOST_PROBLEMS = 100;
/** Bytes that may be read a second time behind damage, as a multiple of the file. */
const MOST_REREADS = 8;

const NO_NICKNAMES: ReadonlyMap<string, string> = new Map();
const HEADER_START = "(DEFINE-FILE-INFO";

export function readLcom(name: string, bytes: Uint8Array): CompiledFile {
  const stream = new TextStream(name, bytes);
  const reader = new FormReader(stream, environmentOf(DEFAULT_HEADER, NO_NICKNAMES));
  const problems: CompiledProblem[] = [];
  const items: CompiledItem[] = [];
  const functions: CompiledFunction[] = [];
  let header = DEFAULT_HEADER;
  try {
    skipSeparators(reader);
    if (startsWith(bytes, stream.at, HEADER_START)) header = readHeader(reader);
  } catch (error) {
    problems.push(problemOf(error, "header"));
    skipLine(stream);
  }
  let rereadsLeft = MOST_REREADS * bytes.length;
  let version = header.version;
  for (;;) {
    let startByte = stream.at;
    let where = "expression";
    try {
      skipSeparators(reader);
      startByte = stream.at;
      const form = reader.read();
      if (form === null) break;
      if (isEnd(form)) {
        checkRest(stream, problems);
        break;
      }
      if (form.kind === "list") {
        items.push({ kind: "expression", form, startByte, endByte: stream.at });
        continue;
      }
      if (form.kind !== "symbol") {
        throw stream.error("neither an expression nor code", form.kind, "a list, or a name and code", startByte);
      }
      where = form.name;
      const record = readCodeRecord(reader, form, startByte, problems);
      if (record.obsolete !== null) version = ":D7";
      functions.push(record);
      items.push({ kind: "definition", name: form, function: record, startByte, endByte: stream.at });
    } catch (error) {
      problems.push(problemOf(error, where));
      const failedAt = stream.at;
      const next = nextRecord(bytes, startByte);
      rereadsLeft -= Math.max(failedAt - next, 0);
      if (problems.length >= MOST_PROBLEMS || next < 0 || rereadsLeft < 0) break;
      stream.at = next;
      stream.resetCharacterSet();
      reader.environment = environmentOf(header, reader.environment.nicknames);
    }
  }
  return {
    name,
    kind: "LCOM",
    sizeBytes: bytes.length,
    header: { ...header, version },
    items,
    functions,
    problems,
  };
}

const DEFAULT_HEADER: CompiledHeader = {
  readTable: OLD_FILE_TABLE.name,
  package: INTERLISP,
  packageForm: null,
  base: 10,
  encoding: "MCCS",
  text: [],
  version: ":D8",
};

function environmentOf(header: CompiledHeader, nicknames: ReadonlyMap<string, string>): ReaderEnvironment {
  const table = TABLES.get(header.readTable ?? "") ?? OLD_FILE_TABLE;
  return { table, package: header.package ?? INTERLISP, base: header.base, nicknames };
}

/** Reads the header and sets the reader up as it says. */
function readHeader(reader: FormReader): CompiledHeader {
  const { stream } = reader;
  const startByte = stream.at;
  reader.environment = { ...reader.environment, table: FILE_INFO_TABLE };
  const items = listItems(reader.read() ?? { kind: "vector", items: [] });
  if (items === null) throw stream.error("broken header", "another form", "(DEFINE-FILE-INFO key value …)", startByte);
  const values = new Map<string, Form>();
  for (let i = 1; i + 1 < items.length; i += 2) {
    const key = items[i] as Form;
    if (key.kind === "symbol") values.set(key.name, items[i + 1] as Form);
  }
  const readTable = textOf(values.get("READTABLE")) ?? DEFAULT_HEADER.readTable;
  if (!TABLES.has(readTable ?? "")) {
    throw stream.error("unknown read table", String(readTable), [...TABLES.keys()].join(", "), startByte);
  }
  const base = values.get("BASE");
  const format = textOf(values.get("FORMAT"));
  const packageForm = values.get("PACKAGE");
  const made = packageForm?.kind === "list" ? madePackage(packageForm) : null;
  const header: CompiledHeader = {
    ...DEFAULT_HEADER,
    readTable,
    package: packageName(made?.name ?? textOf(packageForm) ?? INTERLISP),
    packageForm: packageForm?.kind === "list" ? packageForm : null,
    base: base?.kind === "integer" && base.value >= 2n && base.value <= 36n ? Number(base.value) : 10,
    encoding: encodingOf(format),
  };
  stream.encoding = header.encoding;
  const nicknames = new Map((made?.nicknames ?? []).map((nickname) => [nickname, header.package ?? INTERLISP]));
  reader.environment = environmentOf(header, nicknames);
  return header;
}

function encodingOf(format: string | null): Encoding {
  return format === "UTF-8" || format === "XCCS" ? format : "MCCS";
}

const textOf = (form: Form | undefined): string | null =>
  form?.kind === "string" ? form.text : form?.kind === "symbol" ? form.name : null;

/** The package that `(DEFPACKAGE name …)` or `(IN-PACKAGE name)`, perhaps inside other forms, makes. */
function madePackage(form: Form): { readonly name: string; readonly nicknames: readonly string[] } | null {
  const pending: Form[] = [form];
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
    if (next.kind !== "list") continue;
    const [head, name, ...options] = next.items;
    if (head?.kind === "symbol" && /^(?:DEFPACKAGE|IN-PACKAGE)$/.test(head.name)) {
      const text = textOf(name);
      if (text !== null) return { name: text, nicknames: options.flatMap(nicknamesOf) };
    }
    pending.push(...next.items);
  }
  return null;
}

function nicknamesOf(option: Form): readonly string[] {
  const [key, ...names] = listItems(option) ?? [];
  if (key?.kind !== "symbol" || key.name !== "NICKNAMES") return [];
  return names.map(textOf).filter((name) => name !== null);
}

const isEnd = (form: Form): boolean => isPrintedNil(form) || (form.kind === "symbol" && form.name === "STOP");

function skipSeparators({ stream, environment }: FormReader): void {
  while (environment.table.syntax[stream.peek()] === Syntax.separator) stream.next();
}

function skipLine(stream: TextStream): void {
  for (let next = stream.next(); next !== 10 && next !== 13 && next !== END; ) next = stream.next();
}

/** Nothing but line ends follows the end mark. */
function checkRest({ bytes, at }: TextStream, problems: CompiledProblem[]): void {
  const extra = bytes.subarray(at).findIndex((byte) => byte !== 10 && byte !== 13);
  if (extra < 0) return;
  problems.push({
    where: "end",
    offsetBytes: at + extra,
    what: "something behind the end mark",
    found: `${bytes.length - at - extra} bytes`,
    expected: "line ends",
  });
}

function startsWith(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** Start of the line of the next code record behind `from`; -1: none. */
function nextRecord(bytes: Uint8Array, from: number): number {
  let lineStart = -1;
  for (let at = from; at + 4 < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === 10 || byte === 13) {
      lineStart = at + 1;
    } else if (byte === 32 && lineStart >= 0 && startsWith(bytes, at, " :D8")) {
      const end = bytes[at + 4];
      if ((end === 10 || end === 13) && at > lineStart) return lineStart;
    }
  }
  return -1;
}
