import { InternalError } from "../../base/errors.ts";
import type { ManagerState } from "../contract.ts";

/** A number of a saved state. */
export function savedNumber(state: ManagerState, key: string): number {
  const value = state[key];
  if (typeof value !== "number") throw new InternalError(`saved manager state has no number ${key}`);
  return value;
}
