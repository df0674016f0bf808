/** Writes small compiled files of both formats from code of our own assembler, for tests. Source: compiled files specification. */
import { Assembler } from "../../../core/isa/assembler.ts";
import { disassemble } from "../../../core/isa/disassembler.ts";

/** Groups of fixups, in the order of the files. */
export type Group = "function" | "symbol" | "literal" | "type";

export interface FunctionSpec {
  readonly name: string;
  /** Default 0. */
  readonly arguments?: number;
  readonly argumentType?: number;
  readonly locals?: number;
  /** Name table in its order: `P`, `I`, `F`. */
  readonly names?: readonly (readonly ["P" | "I" | "F", number, string])[];
  /** Local arguments (LCOM only). */
  readonly locallyNamed?: readonly (readonly [number, string])[];
  readonly frameName?: string;
  /** DFASL only. */
  readonly isClosure?: boolean;
  /** Literals are symbols whose name is the printed form, or in DFASL files a key of `values`. */
  code(assembler: Assembler): void;
}

const GROUPS: Readonly<Record<string, Group>> = {
  FN0: "function",
  FN1: "function",
  FN2: "function",
  FN3: "function",
  FN4: "function",
  FNX: "function",
  GCONST: "literal",
  SICX: "type",
};

interface Assembled {
  readonly bytes: Uint8Array;
  readonly fixups: readonly { readonly group: Group; readonly offset: number; readonly name: string }[];
}

function assembled(spec: FunctionSpec): Assembled {
  const assembler = new Assembler();
  spec.code(assembler);
  const { bytes, fixups } = assembler.finish();
  const opcodes = new Map(
    disassemble(bytes, 0, bytes.length).map(({ address, length, opcode }) => [address + length - 4, opcode.name]),
  );
  return {
    bytes: Uint8Array.from([...bytes, 0]),
    fixups: fixups.map(({ offset, literal }) => ({
      group: GROUPS[opcodes.get(offset) ?? ""] ?? "symbol",
      offset,
      name: literal.kind === "symbol" ? literal.name : "",
    })),
  };
}

/** A literal operand of the assembler. */
export const literal = (name: string) => ({ kind: "symbol", name }) as const;

const text = (characters: string): number[] => [...characters].map((character) => character.charCodeAt(0));

export interface LcomSpec {
  /** Printed header; none for files in the old table. */
  readonly header?: string;
  readonly eol?: "\r" | "\n";
  /** Expressions as they are printed, and functions. */
  readonly items: readonly (string | FunctionSpec)[];
  readonly end?: string;
  /** Code indicator. */
  readonly indicator?: string;
}

export function lcomFile({ header, eol = "\r", items, end = "STOP", indicator = ":D8" }: LcomSpec): Uint8Array {
  const bytes: number[] = header === undefined ? [] : text(header + eol);
  for (const item of items) {
    if (typeof item === "string") bytes.push(...text(item + eol));
    else bytes.push(...lcomRecord(item, eol, indicator));
  }
  bytes.push(...text(end + eol));
  return Uint8Array.from(bytes);
}

function lcomRecord(spec: FunctionSpec, eol: string, indicator: string): number[] {
  const { bytes, fixups } = assembled(spec);
  const names = spec.names ?? [];
  const table = [
    ...(spec.frameName === undefined ? [] : [`NAME ${spec.frameName}`]),
    ...(spec.locallyNamed === undefined ? [] : [`L (${spec.locallyNamed.flat().join(" ")})`]),
    ...names.map((entry) => entry.join(" ")),
  ];
  const free = names.filter(([kind]) => kind === "F").length;
  const fixupList = (group: Group) =>
    fixups
      .filter((fixup) => fixup.group === group)
      .toReversed()
      .map(({ offset, name }) => `${offset + 3} ${name}`)
      .join(" ");
  return [
    ...text(`${spec.name} ${indicator}${eol}`),
    ...text(`${table.length === 0 ? "NIL" : `(${table.join(" ")})`} `),
    bytes.length >> 8,
    bytes.length & 255,
    spec.locals ?? 0,
    free,
    spec.argumentType ?? 0,
    spec.argumentType === 2 ? 0 : (spec.arguments ?? 0),
    ...bytes,
    ...text((["function", "symbol", "literal"] as const).map((group) => `(${fixupList(group)})${eol}`).join("")),
  ];
}

/** Values of a DFASL file, as the bytes that make them. */
export const fasl = {
  integer: (value: number): number[] => {
    if (value >= 0 && value < 128) return [value];
    return [130, (value >> 24) & 255, (value >> 16) & 255, (value >> 8) & 255, value & 255];
  },
  nil: [128],
  t: [129],
  string: (value: string): number[] => [140, ...fasl.integer(value.length), ...text(value)],
  interlisp: (name: string): number[] => [149, ...fasl.string(name)],
  lisp: (name: string): number[] => [143, ...fasl.string(name)],
  keyword: (name: string): number[] => [144, ...fasl.string(name)],
  package: (name: string): number[] => [145, ...fasl.string(name)],
  symbol: (name: string, inPackage: readonly number[]): number[] => [146, ...fasl.string(name), ...inPackage],
  list: (...items: readonly (readonly number[])[]): number[] => [147, ...fasl.integer(items.length), ...items.flat()],
  dotted: (...items: readonly (readonly number[])[]): number[] => [148, ...fasl.integer(items.length), ...items.flat()],
  store: (value: readonly number[]): number[] => [152, ...value],
  fetch: (index: number): number[] => [153, ...fasl.integer(index)],
  evaluate: (form: readonly number[]): number[] => [155, ...form],
  define: (name: readonly number[], value: readonly number[]): number[] => [156, ...name, ...value],
  call: (value: readonly number[]): number[] => [157, ...value],
  /** @param values what the literals of the code stand for; a name without a value is a symbol of INTERLISP */
  code: (spec: FunctionSpec, values: Readonly<Record<string, readonly number[]>> = {}): number[] => {
    const { bytes, fixups } = assembled(spec);
    const names = spec.names ?? [];
    const group = (wanted: Group) => {
      const chosen = fixups.filter((fixup) => fixup.group === wanted);
      const entries = chosen.flatMap(({ offset, name }) => [
        ...fasl.integer(offset),
        ...(values[name] ?? fasl.interlisp(name)),
      ]);
      return [...fasl.integer(chosen.length), ...entries];
    };
    return [
      150,
      ...fasl.integer(names.length),
      ...fasl.integer(bytes.length),
      ...bytes,
      ...names.flatMap(([kind, index, name]) => [
        { I: 0, P: 2, F: 3 }[kind],
        ...fasl.integer(index),
        ...fasl.interlisp(name),
      ]),
      ...fasl.interlisp(spec.frameName ?? spec.name),
      spec.locals ?? 0,
      names.filter(([kind]) => kind === "F").length,
      spec.argumentType ?? 0,
      ...fasl.integer(spec.argumentType === 2 ? -1 : (spec.arguments ?? 0)),
      ...fasl.keyword(spec.isClosure === true ? "CLOSURE" : "FUNCTION"),
      ...fasl.nil,
      ...group("function"),
      ...group("symbol"),
      ...group("literal"),
      ...group("type"),
    ];
  },
};

/** A file with one segment. */
export function dfaslFile(operations: readonly (readonly number[])[], version = 8): Uint8Array {
  return Uint8Array.from([145, 0, version, ...text("made by a test\r"), 255, ...operations.flat(), 255, 255]);
}
