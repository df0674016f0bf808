/** Nobody refers to free storage, and no count belongs to it. Source: collection specification, sections 11.1 (6) and 11.2. */
import { hex } from "../../../../base/errors.ts";
import type { Pointer } from "../../../../base/units.ts";
import { ARRAY_BASE, TYPE_BLOCK } from "../../../../memory/layout.ts";
import { blockAt } from "../../../../objects/arrays/blocks.ts";
import { holderOf } from "../../../audit/explain.ts";
import { BAD_LIMIT, type BadReference } from "../../../audit/tally.ts";
import { walkEntries } from "../../../counts/count-walk.ts";
import { eachStackPointer } from "../../../heap/stack-roots.ts";
import { keepsCounts } from "../../../image-view.ts";
import type { Check, CheckContext } from "../../context.ts";
import type { Findings } from "../../finding.ts";

export const freeCells: Check = {
  name: "free-cells",
  title: "no free object, cons or block is referred to, and none has a reference count",
  run(context, findings) {
    const { view, tally } = context;
    if (!keepsCounts(view)) {
      findings.skipped = "the memory manager of this machine decides without reference counts what is free";
      return;
    }
    if (!context.isDisabled) countedCells(context, findings);
    for (const bad of tally.bad) referredCell(context, bad, findings);
    stackCells(context, findings);
    const more = tally.badTotal > BAD_LIMIT ? `, the first ${BAD_LIMIT} of ${tally.badTotal} bad ones looked at` : "";
    findings.looked = `${tally.references} references${more}`;
  },
};

function countedCells({ memory, map }: CheckContext, findings: Findings): void {
  walkEntries(memory, {
    entry({ pointer, count, address }) {
      if (!isFree({ memory, map }, pointer)) return true;
      const found = `an entry with count ${count} at ${hex(address)}`;
      findings.error(pointer, `free storage at ${hex(pointer)} has a reference count`, "none", found);
      return true;
    },
  });
}

function referredCell(context: CheckContext, { reference }: BadReference, findings: Findings): void {
  const { target } = reference;
  if (!isFree(context, target)) return;
  const { text, address } = holderOf(context.view, reference);
  const slot = address === null ? "" : ` (slot ${hex(address)})`;
  const what = `live storage at ${hex(target)} is on a free list: the next allocation hands it out a second time`;
  findings.error(target, what, "no reference to what is free", `${text}${slot} refers to it`);
}

function stackCells(context: CheckContext, findings: Findings): void {
  eachStackPointer(context.view, (pointer, slot, frame) => {
    if (!isFree(context, pointer)) return;
    const where = slot === null ? "the top of the stack" : `the stack cell at ${hex(slot)}`;
    const owner = frame === 0 ? "arguments" : `frame ${frame.toString(8)}`;
    findings.error(
      pointer,
      `free storage at ${hex(pointer)} is on the stack`,
      "no reference to what is free",
      `${where}, ${owner}`,
    );
  });
}

function isFree({ memory, map }: Pick<CheckContext, "memory" | "map">, pointer: Pointer): boolean {
  // The statistics are typed as boxes, and are on no list.
  if (pointer < ARRAY_BASE) return false;
  const damage = map.damageOf(pointer);
  if (damage === "free cell") return true;
  return damage !== null && map.typeAt(pointer) === TYPE_BLOCK && blockAt(memory, pointer - 2)?.isInUse === false;
}
