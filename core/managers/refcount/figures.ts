/** What the reference counting manager shows about itself. Reads only. */
import { NIL } from "../../memory/layout.ts";
import type { ManagerFigure } from "../contract.ts";
import type { Storage } from "../storage/storage.ts";

const STATES = ["not determined", "primary area only", "second area unused", "arrays in second area", "second area"];

export function refcountFigures(storage: Storage, collections: number): ManagerFigure[] {
  const { memory, variables } = storage.context;
  const countdown = memory.cell(variables.reclaimCountdown);
  const restart = memory.cell(variables.reclaimMin);
  const { limitPages, usedPages } = storage.limit.extent();
  const { freedObjects } = storage.statistics(collections);
  const isOff = memory.cell(variables.gcDisabled) !== NIL;
  return [
    {
      label: "countdown",
      value: countdown === NIL ? "none" : String(countdown & 0xffff),
      meaning: "count table entries that may still come into being before a collection; none while it runs or is off",
    },
    {
      label: "restart value",
      value: restart === NIL ? "none" : String(restart & 0xffff),
      meaning: "what the countdown becomes after a collection",
    },
    { label: "collector", value: isOff ? "off" : "on", meaning: "off for good once the collision table has run out" },
    { label: "collections", value: String(collections), meaning: "collections since the machine started" },
    { label: "objects freed", value: String(freedObjects), meaning: "objects freed since the machine started" },
    {
      label: "pages used",
      value: `${usedPages} of ${limitPages}`,
      meaning: "pages of 512 bytes given to objects and arrays",
    },
    {
      label: "storage state",
      value: STATES[storage.limit.state()] ?? "unknown",
      meaning: "which of the two heap areas is in use (determined when few pages are left)",
    },
  ];
}
