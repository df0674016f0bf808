/** What managers do alike stands in one place, so that a manager's own file shows its policy. */
import { expect, test } from "vitest";
import { MANAGERS } from "../../../../core/managers/catalog.ts";
import { StoredManager } from "../../../../core/managers/storage/stored-manager.ts";
import { ManagedHeap } from "../../../support/heap/managed-heap.ts";

const ALIKE = ["weak", "observer", "addPage", "collect"] as const;

test.each(MANAGERS)("$traits.name writes nothing anew of what its storage does for every manager", (factory) => {
  const { manager } = new ManagedHeap(factory);
  expect(manager).toBeInstanceOf(StoredManager);
  const own = Object.getOwnPropertyNames(Object.getPrototypeOf(manager));
  expect(ALIKE.filter((name) => own.includes(name))).toEqual([]);
});

test.each(MANAGERS)("$traits.name keeps what its last collection did in its saved state", (factory) => {
  const heap = new ManagedHeap(factory);
  const report = heap.manager.collect("request");
  const saved = heap.save();
  const later = new ManagedHeap(factory);
  later.restore(saved);
  expect(later.manager.statistics()).toEqual(heap.manager.statistics());
  expect(later.manager.view().lastCollection?.number).toBe(report?.number);
});
