/** What the pages of an image file hold, in figures. Source: memory specification, sections 6.1 and 6.7. */
import { isUnused, type SysoutPages } from "../../memory/sysout/file-table.ts";

export interface FilePageFigures {
  readonly inFile: number;
  /** Different pages of memory. */
  readonly mapped: number;
  readonly unused: number;
  /** File pages whose page of memory an earlier one holds already. */
  readonly duplicates: number;
}

export function filePageFigures({ count, entries }: SysoutPages): FilePageFigures {
  const seen = new Set<number>();
  let unused = 0;
  let listed = 0;
  for (let page = 1; page <= count && page < entries.length; page++) {
    const entry = entries[page] as number;
    if (isUnused(entry)) unused++;
    else {
      listed++;
      seen.add(entry);
    }
  }
  return { inFile: count, mapped: seen.size, unused, duplicates: listed - seen.size };
}
