/** A moment to which a machine can be put back: its state outside memory. What memory was lies between the checkpoints (`checkpoints.ts`). */
import type { ManagerState } from "../managers/contract.ts";
import { PAGE_BYTES } from "../memory/layout.ts";
import type { CodeDirectory } from "../objects/code/code-directory.ts";
import type { Moment } from "../vm/events.ts";
import type { Machine } from "../vm/machine.ts";
import type { MachineState } from "../vm/state/machine-state.ts";
import type { InputPosition } from "./input-log.ts";

export interface Checkpoint {
  readonly moment: Moment;
  /** What somebody did to the machine from outside between the one before and this one, where nothing was executed; null where the machine ran. */
  readonly cut: string | null;
  readonly machine: MachineState;
  readonly manager: ManagerState;
  readonly code: ReturnType<CodeDirectory["save"]>;
  readonly input: InputPosition;
  /** Memory that its state takes, about, without pages. */
  readonly sizeBytes: number;
}

/** What a page takes with its entry in a map, about. */
export const KEPT_PAGE_BYTES = PAGE_BYTES + 64;
/** What a checkpoint takes beside its pages and the state of its manager: registers and what host calls remember, about. */
const CHECKPOINT_BYTES = 4_000;

/** @param cut what somebody did to the machine since the one before; null where it ran */
export function checkpointOf(machine: Machine, input: InputPosition, cut: string | null): Checkpoint {
  const manager = machine.manager.save();
  return {
    moment: machine.moment(),
    cut,
    machine: machine.saveState(),
    manager,
    code: machine.code.save(),
    input,
    sizeBytes: CHECKPOINT_BYTES + stateSize(manager),
  };
}

function stateSize(state: ManagerState): number {
  let size = 0;
  for (const value of Object.values(state)) {
    if (value instanceof Int32Array) size += value.byteLength;
    else if (typeof value === "string") size += 2 * value.length;
    else if (Array.isArray(value)) size += 8 * value.length;
  }
  return size;
}
