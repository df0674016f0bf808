/**
 * The open documents. A `Snapshot` is one version of one text; what is computed from it is computed once, when first asked for, and
 * goes away with it. So no result can belong to another version than the text it is shown on.
 */

import { type Analysis, analyse } from "#core";
import { LineTable, toPosition } from "./convert.ts";
import { invalidParams } from "./errors.ts";
import type { MeasuredRun } from "./measured.ts";
import { member } from "./settings.ts";

/** Longer texts are kept in step with the editor and not analysed: an answer has to come while somebody types. */
export const MAX_ANALYSED_LENGTH = 2_000_000;

/** What outlives the versions of an open document. */
export class Session {
  /** The semantic tokens that the client has, so that it can be told what changed. */
  tokens: { readonly resultId: string; readonly data: readonly number[] } | null = null;
  /** What the last run measured, at the places of the newest version; null when nothing is known. */
  measured: MeasuredRun | null = null;
}

export class Snapshot {
  readonly uri: string;
  readonly version: number;
  readonly text: string;
  readonly session: Session;
  readonly #results = new Map<unknown, unknown>();

  constructor(uri: string, version: number, text: string, session: Session) {
    this.uri = uri;
    this.version = version;
    this.text = text;
    this.session = session;
  }

  /** The result of a function of this version, computed when it is first asked for. */
  once<Result>(compute: (snapshot: Snapshot) => Result): Result {
    if (!this.#results.has(compute)) this.#results.set(compute, compute(this));
    return this.#results.get(compute) as Result;
  }

  /** Forgets all results but those of some functions: they are computed again when they are asked for. */
  forgetAllBut(kept: ReadonlySet<unknown>): void {
    for (const compute of this.#results.keys()) if (!kept.has(compute)) this.#results.delete(compute);
  }

  get isTooLong(): boolean {
    return this.text.length > MAX_ANALYSED_LENGTH;
  }

  get lines(): LineTable {
    return this.once(lineTable);
  }

  /** Of the empty text when this one is too long. */
  get analysis(): Analysis {
    return this.once(analysisOf);
  }

  get isAnalysed(): boolean {
    return this.#results.has(analysisOf);
  }
}

function lineTable({ text }: Snapshot): LineTable {
  return new LineTable(text);
}

function analysisOf({ isTooLong, text }: Snapshot): Analysis {
  return analyse(isTooLong ? "" : text);
}

/** What the client has open, by URI. Parameters come from outside and are checked here. */
export class Documents {
  readonly #open = new Map<string, Snapshot>();

  /** @throws {ResponseError} InvalidParams */
  open(item: { uri?: unknown; version?: unknown; text?: unknown } | null | undefined): Snapshot {
    const [uri, version] = [toUri(item?.uri), toVersion(item?.version)];
    const snapshot = new Snapshot(uri, version, toText(item?.text, "textDocument.text"), new Session());
    this.#open.set(snapshot.uri, snapshot);
    return snapshot;
  }

  /**
   * Changes apply one after the other, each to the text that the one before left. All of them or none.
   * @returns null when the document is not open
   * @throws {ResponseError} InvalidParams
   */
  change(uri: unknown, version: unknown, changes: unknown): Snapshot | null {
    const before = this.#open.get(toUri(uri));
    if (before === undefined) return null;
    if (!Array.isArray(changes)) throw invalidParams("contentChanges", "a list", changes);
    let after = before;
    for (const change of changes) after = changed(after, toVersion(version), change);
    this.#open.set(after.uri, after);
    return after;
  }

  close(uri: unknown): void {
    this.#open.delete(toUri(uri));
  }

  uris(): readonly string[] {
    return [...this.#open.keys()];
  }

  get(uri: unknown): Snapshot | null {
    return (typeof uri === "string" && this.#open.get(uri)) || null;
  }
}

/** The next version, and what the session knows of the places of the text moved along. */
function changed(before: Snapshot, version: number, change: unknown): Snapshot {
  const { uri, text, lines, session } = before;
  const newText = toText(member(change, "text"), "contentChanges.text");
  const range = member(change, "range");
  if (range === undefined) {
    session.measured = null;
    return new Snapshot(uri, version, newText, session);
  }
  const from = lines.offsetAt(toPosition(member(range, "start"), "contentChanges.range.start"));
  const to = lines.offsetAt(toPosition(member(range, "end"), "contentChanges.range.end"));
  const [start, end] = [Math.min(from, to), Math.max(from, to)];
  session.measured = session.measured?.after({ start, end, length: newText.length }) ?? null;
  return new Snapshot(uri, version, text.slice(0, start) + newText + text.slice(end), session);
}

function toUri(value: unknown): string {
  if (typeof value !== "string") throw invalidParams("textDocument.uri", "a string", value);
  return value;
}

function toVersion(value: unknown): number {
  if (typeof value !== "number") throw invalidParams("textDocument.version", "a number", value);
  return value;
}

function toText(value: unknown, attribute: string): string {
  if (typeof value !== "string") throw invalidParams(attribute, "a string", value);
  return value;
}
