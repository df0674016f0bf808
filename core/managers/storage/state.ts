import { InternalError } from "../../base/errors.ts";
import type { CollectCause, FinishedCollection, ManagerState } from "../contract.ts";

/** A number of a saved state. */
export function savedNumber(state: ManagerState, key: string): number {
  const value = state[key];
  if (typeof value !== "number") throw new InternalError(`saved manager state has no number ${key}`);
  return value;
}

/** A list of numbers of a saved state. */
export function savedNumbers(state: ManagerState, key: string): ArrayLike<number> {
  const value = state[key];
  if (value === null || typeof value !== "object") throw new InternalError(`saved manager state has no list ${key}`);
  return value;
}

/** The report of the last collection, as a part of a saved state. */
export function saveFinished(last: FinishedCollection | null): ManagerState {
  if (last === null) return { lastCause: null };
  return { lastCause: last.cause, last: [last.number, last.marked, last.freedObjects, last.freedWords] };
}
export function restoreFinished({ lastCause = null, last = [] }: ManagerState): FinishedCollection | null {
  const [number = 0, marked = 0, freedObjects = 0, freedWords = 0] = last as readonly number[];
  const cause = lastCause as CollectCause | null;
  return cause === null ? null : { number, cause, marked, freedObjects, freedWords };
}

/** A text of a saved state. */
export function savedText(state: ManagerState, key: string): string {
  const value = state[key];
  if (typeof value !== "string") throw new InternalError(`saved manager state has no text ${key}`);
  return value;
}
