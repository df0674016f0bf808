/** The tables that the manager shows about itself: regions, counted objects, components, reference cycles, quarantine. Reads only. */
import type { Pointer } from "../../../base/units.ts";
import { STRATEGY } from "../../../isa/plan.ts";
import { pointerNotation } from "../../../objects/pointer-notation.ts";
import type { ManagerFigure, ManagerRow, ManagerSection } from "../../contract.ts";
import type { Allocation } from "../allocation.ts";
import type { Component } from "../components/components.ts";
import { nameOf, type PlannedComponents } from "../components/planned-components.ts";
import type { AsapHeap } from "../heap.ts";
import type { Place } from "../regions/place.ts";
import { cyclePicture } from "./cycle-picture.ts";

export function asapSections(heap: AsapHeap, allocation: Allocation, components: PlannedComponents): ManagerSection[] {
  const groups = components.groups.all();
  return [
    section(
      "Regions",
      "what each arena and scope holds, and held at most; those that are over by kind",
      regionRows(allocation),
    ),
    section("Counted objects", "objects with several owners", countedRows(heap)),
    section(
      "Components",
      "objects that may refer to each other in cycles, and what holds them",
      groups.map(componentRow(heap)),
    ),
    section("Reference cycles", "objects that lead to themselves", cycleRows(heap, components, groups)),
    quarantineSection(heap),
  ];
}

function section(label: string, meaning: string, rows: readonly ManagerRow[]): ManagerSection {
  return { label, meaning, size: rows.length, rows: (start, count) => rows.slice(start, start + count) };
}

const figure = (label: string, value: string | number, meaning: string): ManagerFigure => ({
  label,
  value: String(value),
  meaning,
});

// Regions

function regionRows(allocation: Allocation): ManagerRow[] {
  const open = allocation.places().map((place) => openRow(place));
  const over = allocation.profile.all().map(({ name, kind, times, objects, words, peakWords }) => ({
    label: `${name} (over)`,
    value: `${times} times, ${objects} objects, ${words} words`,
    object: null,
    details: [
      figure("kind", kind, "what it was"),
      figure("peak", `${peakWords} words`, "most words that one of them held at a time"),
    ],
  }));
  return [...open, ...over];
}

function openRow({ identity, objects, words, peakWords, arena }: Place): ManagerRow {
  return {
    label: identity.name,
    value: `${objects} objects, ${words} words`,
    object: null,
    details: [
      figure("kind", identity.isRegion ? "region" : identity.kind, "what it is"),
      figure("peak", `${peakWords} words`, "most words that it held at a time"),
      figure(
        "blocks",
        `${arena.blockCount} (${arena.capacityBytes} bytes)`,
        "blocks of 4096 bytes that its objects would fill one behind the other",
      ),
    ],
  };
}

// Objects

function countedRows(heap: AsapHeap): ManagerRow[] {
  const { table } = heap;
  const counted = table.liveSlots().filter((slot) => table.strategies[slot] === STRATEGY.COUNTED);
  return counted.map((slot) => ({
    label: notation(heap, slot),
    value: owners(table.values[slot] as number),
    object: table.objects[slot] as Pointer,
    details: [
      figure("allocated", heap.placeName(table.origins[slot] as number), "the instruction that made it"),
      figure("locality", "local", "only one thread can reach it: the machine has one"),
      figure("counting", heap.counting.name, "how its count is changed"),
    ],
  }));
}
const owners = (count: number) => `${count} ${count === 1 ? "owner" : "owners"}`;

function componentRow(heap: AsapHeap): (component: Component) => ManagerRow {
  return (component) => {
    const { members, handles, tethers, scopes, internal } = component;
    const [first] = members;
    return {
      label: nameOf(component),
      value: `${members.length} members, ${handles} handles, ${tethers} tethers`,
      object: first === undefined ? null : (heap.table.objects[first] as Pointer),
      details: [
        figure("internal references", internal, "references between members, which keep nothing alive"),
        figure("open scopes", scopes, "scopes that still add members"),
        ...members.map((member, i) => figure(`member ${i + 1}`, notation(heap, member), "an object of the component")),
      ],
    };
  };
}

function cycleRows(heap: AsapHeap, components: PlannedComponents, groups: readonly Component[]): ManagerRow[] {
  return groups.flatMap((group) =>
    components.cycles(group.members).map((cycle) => ({
      label: nameOf(group),
      value: `${cycle.length} objects`,
      object: heap.table.objects[cycle[0] as number] as Pointer,
      details: [figure("picture", cyclePicture(heap, cycle), "the cycle as a Mermaid graph")],
    })),
  );
}

function quarantineSection(heap: AsapHeap): ManagerSection {
  const { quarantine, table } = heap;
  const row = (place: number): ManagerRow => {
    const slot = quarantine.slotAt(place);
    return {
      label: notation(heap, slot),
      value: `released ${heap.placeName(table.ends[slot] as number)}`,
      object: table.objects[slot] as Pointer,
      details: [
        figure("allocated", heap.placeName(table.origins[slot] as number), "the instruction that made it"),
        figure("slot", slot, "its slot"),
        figure("generation", table.slots.generationOf(slot), "odd: in use; even: gone"),
      ],
    };
  };
  return {
    label: "Quarantine",
    meaning: "freed objects whose storage is not used anew yet, the last one first",
    size: quarantine.size,
    rows: (start, count) =>
      Array.from({ length: Math.max(0, Math.min(count, quarantine.size - start)) }, (_, i) => row(start + i)),
  };
}

function notation(heap: AsapHeap, slot: number): string {
  return pointerNotation(heap.memory, heap.table.objects[slot] as Pointer);
}
