import { InternalError } from "../../base/errors.ts";
import type { ManagerState } from "../contract.ts";

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
