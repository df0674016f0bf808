/** The free chain of each type leads through objects of that type, once, to its end. Source: memory specification, section 7. */
import { hex } from "../../../../base/errors.ts";
import type { TypeNumber, WordAddress } from "../../../../base/units.ts";
import { TYPE_LISTP } from "../../../../memory/layout.ts";
import { DTD_FREE, DTD_LIMIT, dtdAddress, instanceWords, typeName } from "../../../../objects/dtd.ts";
import { CellSet } from "../../cell-set.ts";
import type { Check, CheckContext } from "../../context.ts";
import type { Findings } from "../../finding.ts";

/** What the reference VM takes for a store into a free object: the small integer 1. */
const STORED_INTO_FREE = 0xe0001;
/** Bits that no link has: beyond memory, or odd. */
const BAD_LINK_BITS = 0xf8000001;

export const freeChains: Check = {
  name: "free-chains",
  title: "the free chain of each type leads through objects of that type, once, to its end",
  run(context, findings) {
    const seen = new CellSet(context.memory.sizeWords);
    let objects = 0;
    for (let type = 1; type < DTD_LIMIT; type++) {
      if (type !== TYPE_LISTP && instanceWords(context.memory, type) > 0)
        objects += checkChain(context, type, seen, findings);
    }
    findings.looked = `${objects} free objects`;
  },
};

/** @returns the length of the chain, as far as it is sound */
function checkChain({ memory, map }: CheckContext, type: TypeNumber, seen: CellSet, findings: Findings): number {
  const name = `free chain of type ${type} ${typeName(memory, type)}`;
  let holder: WordAddress = dtdAddress(type) + DTD_FREE;
  let length = 0;
  for (let link: number = memory.cell(holder); link !== 0; link = memory.cell(holder)) {
    if ((link & BAD_LINK_BITS) !== 0 || link === STORED_INTO_FREE || link >= memory.sizeWords) {
      const what = `${name}: what was stored at ${hex(holder)} is no link; somebody writes into free objects`;
      findings.error(holder, what, "address of a free object, or 0", hex(link));
      return length;
    }
    const problem = memberProblem(map.typeAt(link), type, map.damageOf(link));
    if (problem !== null) {
      findings.error(
        holder,
        `${name} leads to what is none of its objects`,
        `an object of type ${type}, or 0`,
        `${hex(link)}, ${problem(memory)}`,
      );
      return length;
    }
    if (!seen.add(link)) {
      findings.error(holder, `${name} runs in a circle`, "an object that is not on the chain yet, or 0", hex(link));
      return length;
    }
    length++;
    holder = link;
  }
  return length;
}

function memberProblem(
  actual: TypeNumber,
  type: TypeNumber,
  damage: string | null,
): ((memory: CheckContext["memory"]) => string) | null {
  if (actual !== type) return (memory) => `in a unit of type ${actual} ${typeName(memory, actual)}`;
  return damage === "inside of an object" ? () => damage : null;
}
