/** A manager that never frees and writes down what a program asks of its arenas and of `free`. */
import type { Pointer } from "../../../core/base/units.ts";
import type { ManagerFactory } from "../../../core/managers/contract.ts";
import { NoneManager, noneTraits } from "../../../core/managers/none/none-manager.ts";
import { locateSystemVariables } from "../../../core/managers/storage/system-variables.ts";
import type { VirtualMemory } from "../../../core/memory/virtual-memory.ts";
import { PREVIEW, printValue } from "../../../core/objects/printer.ts";

/** @returns the manager, and the list that it writes to: `enter 1`, `enter 2 name`, `exit 2 value`, `free object` */
export function arenaRecorder(): { readonly factory: ManagerFactory; readonly log: string[] } {
  const log: string[] = [];
  const open: number[] = [];
  let count = 0;
  const text = (memory: VirtualMemory, value: Pointer) => printValue(memory, value, PREVIEW);
  const factory: ManagerFactory = {
    traits: noneTraits,
    options: [],
    create: (binding) =>
      Object.assign(new NoneManager(binding, locateSystemVariables(binding.memory)), {
        arenas: {
          enter(region: string | null): number {
            open.push(++count);
            log.push(region === null ? `enter ${count}` : `enter ${count} ${region}`);
            return count;
          },
          exit(result: Pointer): Pointer {
            log.push(`exit ${open.pop()} ${text(binding.memory, result)}`);
            binding.eachStackPointer((pointer) => {
              const held = text(binding.memory, pointer);
              if (held.includes("(inside")) log.push(`held ${held}`);
            });
            return result;
          },
          arenaOf: () => open.at(-1) ?? 0,
          compile: <T>(make: () => T) => make(),
          outside: <T>(make: () => T) => make(),
          staleReference: () => null,
          eachSpare() {},
        },
        explicit: {
          free: (object: Pointer) => void log.push(`free ${text(binding.memory, object)}`),
          keep() {},
          releaseOf: () => null,
        },
      }),
  };
  return { factory, log };
}
