/** Machines in states that a recording holds. */
import { finish, type IndexSteps } from "../../base/steps.ts";
import type { VirtualPage } from "../../base/units.ts";
import { managerFactory } from "../../managers/catalog.ts";
import type { ManagerFactory } from "../../managers/contract.ts";
import { PAGE_BYTES } from "../../memory/layout.ts";
import { VirtualMemory } from "../../memory/virtual-memory.ts";
import { CodeDirectory } from "../../objects/code/code-directory.ts";
import { Machine } from "../../vm/machine.ts";
import type { Ports } from "../../vm/ports.ts";
import type { RecordedImage, RecordedPages, RecordedState } from "./recording.ts";
import { ReplayError } from "./script.ts";

/** Pages that are written in a step. */
const STEP_PAGES = 8192;

/** Puts a machine into a recorded state. @throws {ReplayError} when it has no room for it */
export function enterState(machine: Machine, state: RecordedState, ports: Ports): void {
  const { journals } = machine.gate;
  finish(writePages(machine.memory, state.pages, (page) => journals.note(page)));
  restore(machine, state, ports);
}

/**
 * A machine that is made of its first state alone, which has all of its memory. It was booted long ago.
 * @throws {VmFault | ReplayError} when that memory is none of an image
 */
export function* machineSteps(image: RecordedImage, state: RecordedState, ports: Ports): IndexSteps<Machine> {
  const { manager: name, managerOptions, megabytes } = image;
  const memory = new VirtualMemory(megabytes);
  const manager = managerFactory(name) as ManagerFactory;
  yield* writePages(memory, state.pages, () => {});
  const machine = new Machine({ ports, memory, manager, managerOptions, code: new CodeDirectory() });
  restore(machine, state, ports);
  return machine;
}

function restore(machine: Machine, state: RecordedState, ports: Ports): void {
  const known = [...machine.code.all()].filter(({ header }) => !state.code.some((own) => own.header === header));
  machine.code.restore(new Map([...known, ...state.code].map((installed) => [installed.header, installed])));
  try {
    machine.manager.restore(state.manager);
  } catch (problem) {
    // The shape of that state only the manager knows: whatever it stumbles over, the state is none of its own.
    throw new ReplayError(`the state of its memory manager is none of this one (${(problem as Error).message})`);
  }
  machine.restoreState({ ...state.machine, ports });
}

/** @param before told of each page before it is written */
function* writePages(
  { bytes, sizeBytes }: VirtualMemory,
  { numbers, contents }: RecordedPages,
  before: (page: VirtualPage) => void,
): IndexSteps<void> {
  for (let i = 0; i < numbers.length; i++) {
    if (i % STEP_PAGES === 0) yield { phase: "Making the machine", done: i, total: numbers.length };
    const page = numbers[i] as number;
    if (page < 0 || (page + 1) * PAGE_BYTES > sizeBytes)
      throw new ReplayError(`it has page ${page}, which this machine does not have`);
    before(page);
    bytes.set(contents.subarray(i * PAGE_BYTES, (i + 1) * PAGE_BYTES), page * PAGE_BYTES);
  }
}
