/**
 * A memory manager with a stop watch: the operations named here are counted and timed on their way to the manager inside, everything else goes there as it
 * is. It is put around a manager when a machine is made with a profile; a machine without one pays nothing.
 */
import type { CollectCause, CollectionReport, CollectionSteps, ManagerFactory, MemoryManager } from "../contract.ts";
import { type NanosecondClock, Profile, type ProfiledOperation } from "./profile.ts";

/** Managers of a factory, each with a profile of its own. */
export function profiled(factory: ManagerFactory, clock: NanosecondClock): ManagerFactory {
  return { ...factory, create: (binding, options) => profiledManager(factory.create(binding, options), clock) };
}

function profiledManager(inner: MemoryManager, clock: NanosecondClock): MemoryManager {
  const profile = new Profile(clock);
  const timedMembers = <T extends object>(target: T | null, operations: Operations) =>
    target === null ? null : timed(target, operations, profile, {});
  const beginCollection = (cause: CollectCause): CollectionSteps | null => {
    const steps = profile.timed("begin collection", () => inner.beginCollection(cause));
    return timedMembers(steps, { step: "collection step" });
  };
  const replacements: Partial<MemoryManager> = {
    counts: timedMembers(inner.counts, { operate: "counts" }),
    explicit: timedMembers(inner.explicit, { free: "free" }),
    arenas: timedMembers(inner.arenas, { enter: "arena", exit: "arena" }),
    planned: timedMembers(inner.planned, { perform: "plan" }),
    beginCollection,
    collect(cause): CollectionReport | null {
      const steps = beginCollection(cause);
      while (steps !== null && steps.phase !== "done") steps.step();
      return steps?.report ?? null;
    },
    view() {
      const view = inner.view();
      return { ...view, sections: [...view.sections, profile.section()] };
    },
  };
  return timed(inner, MANAGER_OPERATIONS, profile, replacements);
}

type Operations = { readonly [method: string]: ProfiledOperation };

const MANAGER_OPERATIONS: Operations = {
  allocate: "allocate",
  cons: "cons",
  allocateBlock: "allocateBlock",
  replaceCdr: "replaceCdr",
  barrier: "barrier",
};

/**
 * The object with its `operations` timed, and with `replacements` in the place of members. Contracts grow: what is not named passes through, so a
 * profile never hides a power that a manager has.
 */
function timed<T extends object>(target: T, operations: Operations, profile: Profile, replacements: Partial<T>): T {
  const methods = new Map<PropertyKey, unknown>();
  const memberOf = (name: PropertyKey): unknown => {
    const value: unknown = Reflect.get(target, name, target);
    if (typeof value !== "function") return value;
    const known = methods.get(name);
    if (known !== undefined) return known;
    const operation = typeof name === "string" ? operations[name] : undefined;
    const method =
      operation === undefined
        ? value.bind(target)
        : (...args: unknown[]) => profile.timed(operation, () => Reflect.apply(value, target, args));
    methods.set(name, method);
    return method;
  };
  return new Proxy(target, {
    get: (_, name) => (name in replacements ? Reflect.get(replacements, name) : memberOf(name)),
    // State is the object's own, not the wrapper's.
    set: (_, name, value) => Reflect.set(target, name, value, target),
  });
}
