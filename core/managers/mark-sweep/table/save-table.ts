/** A table of objects as plain data, and back. Columns are of live objects only, so that the state is as long as there are some. */
import type { ManagerState } from "../../contract.ts";
import { savedNumber, savedNumbers } from "../../storage/state.ts";
import type { ObjectTable } from "./object-table.ts";

/** The columns of a table that an object has a place in. */
const COLUMNS = ["payloads", "sizes", "times", "ages", "flags", "counts"] as const;

export function saveTable(table: ObjectTable): ManagerState {
  // First of all: tidying the list changes flags.
  const rootIds = table.roots();
  const ids: number[] = [];
  table.eachObject((id) => ids.push(id));
  const columns = COLUMNS.map((name) => [name, ids.map((id) => table[name][id] as number)] as const);
  return {
    ids,
    ...Object.fromEntries(columns),
    versions: [...table.versions.subarray(0, table.used)],
    freeIds: table.freeList(),
    rootIds,
    ...table.history.save(),
    ...table.statistics.save(),
  };
}

export function restoreTable(table: ObjectTable, state: ManagerState): void {
  const ids = savedNumbers(state, "ids");
  const versions = savedNumbers(state, "versions");
  table.restore(ids, versions, savedNumbers(state, "freeIds"), savedNumbers(state, "rootIds"));
  for (const name of COLUMNS) {
    const values = savedNumbers(state, name);
    const column = table[name];
    for (let i = 0; i < ids.length; i++) column[ids[i] as number] = values[i] as number;
  }
  table.history.restore(savedNumbers(state, "history"), savedNumber(state, "historyTotal"));
  table.statistics.restore(state);
}
