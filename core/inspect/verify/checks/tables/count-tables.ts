/** The reference count tables: their structure, and that each entry belongs to a live counted object. Source: collection specification, section 11.1. */
import { hex } from "../../../../base/errors.ts";
import { NIL } from "../../../../memory/layout.ts";
import { isSmall } from "../../../../objects/immediates.ts";
import { pointerNotation } from "../../../../objects/pointer-notation.ts";
import { isCounted } from "../../../../objects/types.ts";
import { type CountEntry, walkTables } from "../../../counts/count-walk.ts";
import { variableCell, variableValue } from "../../../heap/system.ts";
import { keepsCounts } from "../../../image-view.ts";
import type { Check, CheckContext } from "../../context.ts";
import type { Findings } from "../../finding.ts";

export const countTables: Check = {
  name: "count-tables",
  title: "chains, free pairs and big counts are well formed; each entry belongs to a live object",
  run(context, findings) {
    const { view, memory } = context;
    if (!keepsCounts(view)) findings.skipped = "the memory manager of this machine keeps no reference counts";
    else if (context.isDisabled) findings.skipped = "the collector is disabled: the tables describe the past";
    if (findings.skipped !== null) return;
    let entries = 0;
    walkTables(memory, {
      entry(entry) {
        entries++;
        checkEntry(context, entry, findings);
        return true;
      },
      problem: ({ address, what, expected, found }) => findings.error(address, what, expected, found),
    });
    checkCountdown(context, findings);
    findings.looked = `${entries} entries`;
  },
};

function checkEntry({ view, memory, map }: CheckContext, entry: CountEntry, findings: Findings): void {
  const { pointer, count, onStack, address } = entry;
  const name = `entry of ${pointerNotation(memory, pointer)}`;
  const isCollecting = view.collection !== null;
  if (onStack && !isCollecting) {
    findings.error(
      address,
      `the ${name} has the stack bit`,
      "bit 16 clear outside a collection",
      hex(memory.cell(address)),
    );
  }
  if (count === 1 && !onStack) {
    findings.error(address, `the ${name} says count 1`, "no entry, which means 1", hex(memory.cell(address)));
  }
  if (entry.isBig && !entry.hasBigCount) {
    const what = `the ${name} has overflowed, and its big count is lost: it is never freed`;
    findings.note(address, what, "a big count; an image that was saved and loaded may lack it", "none");
  }
  if (!isCounted(memory, pointer)) {
    findings.error(address, `the ${name} is for what is not counted`, "a counted object", "its page is uncounted");
    return;
  }
  const damage = map.damageOf(pointer);
  if (damage !== null) findings.error(address, `the ${name} belongs to no live object`, "a live object", damage);
}

function checkCountdown({ memory }: CheckContext, findings: Findings): void {
  const name = "\\RECLAIM.COUNTDOWN";
  const value = variableValue(memory, name);
  if (value === null || value === NIL || isSmall(value as number)) return;
  findings.error(variableCell(memory, name), `${name} is no countdown`, "a small integer, or NIL", hex(value));
}
