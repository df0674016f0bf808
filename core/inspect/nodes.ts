/**
 * How nodes are made. Children are functions: nothing is computed before somebody opens the node, and each opening computes anew.
 * A child that cannot be computed because the image is damaged becomes a node that says so.
 */
import { InternalError } from "../base/errors.ts";
import type { IndexSteps } from "../base/steps.ts";
import type { Pointer, WordAddress } from "../base/units.ts";
import { integerText, type Radix } from "../objects/pointer-notation.ts";
import type { InspectNode, Slot } from "./node.ts";

/** Longest value text and name of a node. */
export const VALUE_LIMIT = 200;
const NAME_LIMIT = 100;

/** All that a node may have besides name and value; what is left out is null, zero or false. */
export interface NodeParts {
  /** The value in another base; left out, a value that is one whole number is converted, and nothing else. */
  readonly valueIn?: (radix: Radix) => string;
  /** All of the value; left out, it is the value. */
  readonly whole?: () => string;
  readonly type?: string | null;
  readonly pointer?: Pointer | null;
  readonly address?: WordAddress | null;
  readonly slot?: Slot | null;
  readonly expression?: string | null;
  readonly isExpensive?: boolean;
  /** Makes the node expensive. */
  readonly prepare?: () => IndexSteps<unknown>;
  /** Named children, and how many there will be; left out, they are made to be counted. */
  readonly namedCount?: number;
  readonly named?: () => readonly InspectNode[];
  /** Numbered children, and how many there are. */
  readonly indexedCount?: number;
  readonly indexed?: (start: number, count: number) => readonly InspectNode[];
}

export function makeNode(name: string, value: string, parts: NodeParts = {}): InspectNode {
  const named = parts.named;
  const indexed = parts.indexed;
  const indexedCount = indexed === undefined ? 0 : (parts.indexedCount ?? 0);
  return {
    name: clip(name, NAME_LIMIT),
    value: clip(value),
    valueIn: (radix) => clip(parts.valueIn === undefined ? numberIn(value, radix) : parts.valueIn(radix)),
    whole: parts.whole ?? (() => value),
    type: parts.type ?? null,
    pointer: parts.pointer ?? null,
    address: parts.address ?? null,
    slot: parts.slot ?? null,
    expression: parts.expression ?? null,
    get namedCount() {
      if (named === undefined) return 0;
      return parts.namedCount ?? guarded(named).length;
    },
    indexedCount,
    isExpensive: parts.isExpensive ?? parts.prepare !== undefined,
    prepare: parts.prepare ?? null,
    named: () => (named === undefined ? [] : guarded(named)),
    indexed(start, count) {
      const from = Math.max(0, Math.floor(start));
      const size = Math.min(Math.floor(count), indexedCount - from);
      return indexed === undefined || !(size > 0) ? [] : guarded(() => indexed(from, size));
    },
  };
}

function numberIn(value: string, radix: Radix): string {
  return /^-?\d+$/.test(value) ? integerText(BigInt(value), radix) : value;
}

/** A node with a fixed list of children. */
export function groupNode(name: string, value: string, children: readonly InspectNode[], type = "group"): InspectNode {
  return makeNode(name, value, { type, namedCount: children.length, named: () => children });
}

/** A figure with what it means. */
export function gauge(name: string, value: number | string, meaning = ""): InspectNode {
  const text = typeof value === "number" ? String(value) : value;
  return makeNode(name, meaning === "" ? text : `${text} (${meaning})`, { type: "gauge" });
}

/** What stands where damaged memory has nothing to show. */
export function badNode(name: string, reason: string): InspectNode {
  return makeNode(name, `(${reason})`, { type: "damage" });
}

/** Cuts a text to the length of one line; control characters show as their codes. */
export function clip(text: string, limit = VALUE_LIMIT): string {
  const line = text
    .replace(/\s*\n\s*/g, " ")
    .replace(/\p{Cc}/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
  return line.length <= limit ? line : `${line.slice(0, limit - 1)}…`;
}

/**
 * The answer of `read`, or of `otherwise` when reading meets memory that is not there. Objects of a damaged image may lie outside it
 * or lead nowhere; only our own mistakes pass.
 */
export function readSafely<T>(read: () => T, otherwise: (message: string) => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof InternalError || !(error instanceof Error)) throw error;
    return otherwise(error.message);
  }
}

/** `readSafely` for work in steps. */
export function* readSafelySteps<T>(read: () => IndexSteps<T>, otherwise: (message: string) => T): IndexSteps<T> {
  try {
    return yield* read();
  } catch (error) {
    return readSafely<T>(() => {
      throw error;
    }, otherwise);
  }
}

function guarded(children: () => readonly InspectNode[]): readonly InspectNode[] {
  return readSafely(children, (message) => [badNode("damaged", message)]);
}
