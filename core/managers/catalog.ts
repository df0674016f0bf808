/** All memory managers by name. A new manager is one folder and one entry here; the conformance suite runs over this list. */
import { ArenaManager, arenaTraits } from "./arena/arena-manager.ts";
import { arenaOptions } from "./arena/options.ts";
import { AsapManager, asapOptions, asapTraits } from "./asap/asap-manager.ts";
import type { ManagerFactory } from "./contract.ts";
import { MallocManager, mallocTraits } from "./malloc/malloc-manager.ts";
import { mallocOptions } from "./malloc/options.ts";
import { MarkSweepManager, markSweepTraits } from "./mark-sweep/mark-sweep-manager.ts";
import { markSweepOptions } from "./mark-sweep/options.ts";
import { NoneManager, noneTraits } from "./none/none-manager.ts";
import { RefcountManager, refcountOptions, refcountTraits } from "./refcount/refcount-manager.ts";
import { locateSystemVariables } from "./storage/system-variables.ts";

export const MANAGERS: readonly ManagerFactory[] = [
  {
    traits: refcountTraits,
    options: refcountOptions,
    create: (binding, options) => new RefcountManager(binding, locateSystemVariables(binding.memory), options),
  },
  {
    traits: markSweepTraits,
    options: markSweepOptions,
    create: (binding, options) => new MarkSweepManager(binding, locateSystemVariables(binding.memory), options),
  },
  {
    traits: noneTraits,
    options: [],
    create: (binding) => new NoneManager(binding, locateSystemVariables(binding.memory)),
  },
  {
    traits: mallocTraits,
    options: mallocOptions,
    create: (binding, options) => new MallocManager(binding, locateSystemVariables(binding.memory), options),
  },
  {
    traits: asapTraits,
    options: asapOptions,
    create: (binding, options) => new AsapManager(binding, locateSystemVariables(binding.memory), options),
  },
  {
    traits: arenaTraits,
    options: arenaOptions,
    create: (binding, options) => new ArenaManager(binding, locateSystemVariables(binding.memory), options),
  },
];

/** The manager that runs a program when none is named. */
export const DEFAULT_MANAGER = refcountTraits.name;

/** The manager of that name; null when there is none. */
export function managerFactory(name: string): ManagerFactory | null {
  return MANAGERS.find((factory) => factory.traits.name === name) ?? null;
}
