/**
 * The code record of LCOM files. Source: compiled files specification, section 3.
 *
 * ```
 *  name SP ":D8" EOL  name table SP  len:2 nlocals:1 nfree:1 argtype:1 nargs:1  code  function, symbol and literal fixups
 * ```
 */
import { type Form, listItems, type SymbolForm } from "./forms.ts";
import { faultsOf } from "./problems.ts";
import type { FormReader } from "./reader/form-reader.ts";
import { OLD_CODE_TABLE, OLD_FILE_TABLE } from "./reader/read-tables.ts";
import type { ArgumentType, CompiledFixup, CompiledFunction, CompiledProblem, NamedVariable } from "./types.ts";

const SPACE = 32;
/** Bytes between the name table and the code. */
const SIZES_BYTES = 6;
/** What a code indicator says of the record. */
interface Indicator {
  readonly operandBytes: number;
  readonly obsolete: string | null;
}
const INDICATORS: ReadonlyMap<string, Indicator> = new Map([
  ["D8", { operandBytes: 4, obsolete: null }],
  ["D7", { operandBytes: 3, obsolete: "code indicator :D7: its operands have 3 bytes, today's machine wants 4 (:D8)" }],
]);
const KINDS: ReadonlyMap<string, NamedVariable["kind"]> = new Map([
  ["P", "local"],
  ["I", "argument"],
  ["F", "free"],
]);
const GROUPS = ["function", "symbol", "literal"] as const;

/**
 * The record of `name`; the stream stands behind the name.
 *
 * @param problems gets what is wrong inside a record that can be read all the same
 * @throws {ImageError} when there is no such record
 */
export function readCodeRecord(
  reader: FormReader,
  name: SymbolForm,
  startByte: number,
  problems: CompiledProblem[],
): CompiledFunction {
  const { stream, environment } = reader;
  const indicator = readIndicator(reader, name);
  // The line end, whatever it is.
  stream.take(1, "code record cut off");
  // Files in the old table have a table of their own for this.
  if (environment.table === OLD_FILE_TABLE) reader.environment = { ...environment, table: OLD_CODE_TABLE };
  try {
    const table = readNames(reader);
    stream.take(1, "code record cut off");
    const sizes = stream.take(SIZES_BYTES, "code record cut off");
    const [high = 0, low = 0, localCount = 0, freeCount = 0, argumentType = 0, argumentCount = 0] = sizes;
    if (!isArgumentType(argumentType)) {
      throw stream.error("unknown argument type", String(argumentType), "0 to 3", stream.at - 2);
    }
    const codeByte = stream.at;
    const code = stream.take(high * 256 + low, "code cut off");
    const fixups = GROUPS.flatMap((group) => readFixups(reader, group, indicator.operandBytes, code.length));
    const record: CompiledFunction = {
      kind: "LCOM",
      name,
      frameName: table.frameName ?? name,
      argumentCount: argumentType === 2 ? -1 : argumentCount,
      localCount,
      freeCount,
      argumentType,
      names: table.names,
      localArguments: table.localArguments,
      code,
      fixups,
      isClosure: false,
      debugInfo: null,
      obsolete: indicator.obsolete,
      startByte,
      endByte: stream.at,
      codeByte,
    };
    problems.push(...faultsOf(record));
    return record;
  } finally {
    reader.environment = environment;
  }
}

const isArgumentType = (value: number): value is ArgumentType => value >= 0 && value <= 3;

function readIndicator(reader: FormReader, name: SymbolForm): Indicator {
  const { stream } = reader;
  const startByte = stream.at;
  const fail = (found: string) =>
    stream.error(`symbol ${name.name} at top level`, found, "one blank and the code indicator :D8", startByte);
  if (stream.peek() !== SPACE) throw fail("no blank behind it");
  stream.next();
  const { text } = reader.readToken();
  const indicator = INDICATORS.get(text.replace(/^:/, ""));
  if (indicator === undefined) throw fail(text);
  return indicator;
}

interface Names {
  readonly frameName: Form | null;
  readonly names: readonly NamedVariable[];
  readonly localArguments: readonly NamedVariable[];
}

/** `[NAME framename] [L (index name …)] (kind index name)*` */
function readNames(reader: FormReader): Names {
  const { stream } = reader;
  const startByte = stream.at;
  const form = reader.read();
  const items = form === null ? null : listItems(form);
  const fail = (found: string) => stream.error("broken name table", found, "a list of kind, index and name", startByte);
  if (items === null) throw fail(form?.kind ?? "the end of the file");
  let at = 0;
  let frameName: Form | null = null;
  const localArguments: NamedVariable[] = [];
  const names: NamedVariable[] = [];
  const isWord = (word: string) => {
    const item = items[at];
    return item?.kind === "symbol" && item.name === word;
  };
  if (isWord("NAME")) {
    frameName = items[at + 1] ?? null;
    at += 2;
  }
  if (isWord("L")) {
    const pairs = listItems(items[at + 1] ?? { kind: "vector", items: [] });
    if (pairs === null || pairs.length % 2 !== 0) throw fail("L without a list of pairs");
    for (let i = 0; i < pairs.length; i += 2) {
      localArguments.push(variable("argument", pairs[i], pairs[i + 1], fail));
    }
    at += 2;
  }
  for (; at < items.length; at += 3) {
    const letter = items[at];
    const kind = letter?.kind === "symbol" ? KINDS.get(letter.name) : undefined;
    if (kind === undefined) throw fail("an unknown kind of variable");
    names.push(variable(kind, items[at + 1], items[at + 2], fail));
  }
  return { frameName, names, localArguments };
}

function variable(
  kind: NamedVariable["kind"],
  index: Form | undefined,
  name: Form | undefined,
  fail: (found: string) => Error,
): NamedVariable {
  if (index?.kind !== "integer" || name?.kind !== "symbol" || index.value < 0n || index.value > 255n) {
    throw fail(`${index?.kind ?? "nothing"} and ${name?.kind ?? "nothing"}`);
  }
  return { kind, index: Number(index.value), name };
}

/** `offset value …`; offsets name the last byte of an operand. */
function readFixups(
  reader: FormReader,
  group: CompiledFixup["group"],
  operandBytes: number,
  codeBytes: number,
): readonly CompiledFixup[] {
  const { stream } = reader;
  const startByte = stream.at;
  const form = reader.read();
  const items = form === null ? null : listItems(form);
  const fail = (found: string) =>
    stream.error(`broken list of ${group} fixups`, found, "offset value offset value …", startByte);
  if (items === null || items.length % 2 !== 0) throw fail(form?.kind ?? "the end of the file");
  const fixups: CompiledFixup[] = [];
  for (let i = 0; i < items.length; i += 2) {
    const [last, value] = [items[i] as Form, items[i + 1] as Form];
    const offset = last.kind === "integer" ? Number(last.value) - (operandBytes - 1) : -1;
    if (offset < 1 || offset + operandBytes > codeBytes) throw fail("an offset outside the code");
    if (group !== "literal" && value.kind !== "symbol") throw fail(`${value.kind} for a symbol`);
    fixups.push({ group, offset, value });
  }
  return fixups;
}
