/**
 * The code record of DFASL files (operation 150). Source: compiled files specification, section 6.
 */
import type { DfaslReader } from "./dfasl.ts";
import type { SymbolForm } from "./forms.ts";
import type { ArgumentType, CompiledFixup, CompiledFunction, NamedVariable } from "./types.ts";

/** A function while its file is read: the name and further fixups come behind its record. */
export interface DraftFunction extends CompiledFunction {
  name: SymbolForm | null;
  readonly fixups: CompiledFixup[];
}

/** By the byte in the file; 1 is not used. */
const KINDS: readonly (NamedVariable["kind"] | null)[] = ["argument", null, "local", "free"];
const GROUPS = ["function", "symbol", "literal", "type"] as const;
const CUT_OFF = "code record cut off";
/** Largest operand that a fixup fills, by group. */
const OPERAND_BYTES = { function: 4, symbol: 4, literal: 4, type: 2 } as const;

/** @param startByte where the operation began; the stream stands behind its first byte */
export function readCode(reader: DfaslReader, startByte: number): DraftFunction {
  const { stream, obsolete } = reader;
  const nameCount = reader.length("length of the name table");
  const codeLength = reader.length("length of the code");
  const codeByte = stream.at;
  const code = stream.take(codeLength, "code cut off");
  const names: NamedVariable[] = [];
  for (let i = 0; i < nameCount; i++) {
    const kind = KINDS[stream.takeByte(CUT_OFF)];
    if (kind == null) throw stream.error("kind of a variable", "another byte", "0, 2 or 3", stream.at - 1);
    names.push({ kind, index: reader.count(255, "index of a variable"), name: reader.symbol("name of a variable") });
  }
  const frameName = reader.value();
  const [localCount, freeCount] = [stream.takeByte(CUT_OFF), stream.takeByte(CUT_OFF)];
  const argumentType = stream.takeByte(CUT_OFF);
  if (!isArgumentType(argumentType)) {
    throw stream.error("unknown argument type", String(argumentType), "0 to 3", stream.at - 1);
  }
  const argumentCount = readArgumentCount(reader);
  const closure = reader.symbol("kind of the code");
  const debugInfo = reader.value();
  const fixups = GROUPS.flatMap((group) => readFixups(reader, group, obsolete === null ? codeLength : null));
  return {
    kind: "DFASL",
    name: null,
    frameName,
    argumentCount,
    localCount,
    freeCount,
    argumentType,
    names,
    localArguments: [],
    code,
    fixups,
    isClosure: closure.name === "CLOSURE",
    debugInfo,
    obsolete,
    startByte,
    endByte: stream.at,
    codeByte,
  };
}

const isArgumentType = (value: number): value is ArgumentType => value <= 3;

function readArgumentCount(reader: DfaslReader): number {
  const at = reader.stream.at;
  const value = reader.value();
  if (value.kind === "integer" && value.value >= -1n && value.value <= 255n) return Number(value.value);
  throw reader.stream.error("number of arguments", value.kind, "-1 to 255", at);
}

/** @param codeLength bytes that the operand must lie within; `null`: operands of another machine, whose size is not known */
function readFixups(
  reader: DfaslReader,
  group: CompiledFixup["group"],
  codeLength: number | null,
): readonly CompiledFixup[] {
  const { stream } = reader;
  const count = reader.length(`number of ${group} fixups`);
  const fixups: CompiledFixup[] = [];
  for (let i = 0; i < count; i++) {
    const at = stream.at;
    const offset = reader.count(0xffff, "offset of a fixup");
    if (codeLength !== null && offset + OPERAND_BYTES[group] > codeLength) {
      throw stream.error(`${group} fixup`, `offset ${offset}`, `an operand within ${codeLength} bytes`, at);
    }
    fixups.push({ group, offset, value: reader.value() });
  }
  return fixups;
}
