/** A symbol hash table without a free slot: every name that is not in it is compared with all that are. */
import { expect, test } from "vitest";
import { viewOf } from "../../../../core/debuggee/view.ts";
import { verify } from "../../../../core/inspect/verify/verify.ts";
import { ATOM_HASH_BASE, ATOM_HASH_WORDS } from "../../../../core/memory/layout.ts";
import { findSymbol, hasName, printNameCodes } from "../../../../core/objects/symbols.ts";
import { lispMachine } from "../../../support/lisp/lisp-machine.ts";

const names = Array.from({ length: 200 }, (_, i) => `symbol-${i}`);

test("names are no longer looked up in a hash table when too many lead elsewhere", () => {
  const { machine } = lispMachine(`(define names '(${names.join(" ")}))`);
  const { memory } = machine;
  const only = findSymbol(memory, "symbol-0") ?? 0;
  expect(hasName(memory, only, printNameCodes(memory, only))).toBe(true);
  for (let slot = 0; slot < ATOM_HASH_WORDS; slot++) memory.setWord(ATOM_HASH_BASE + slot, only + 1);
  const { findings } = verify(viewOf(machine), { checks: ["symbols"] });
  expect(findings.map(({ what }) => what).join("\n")).toContain("is in the hash table twice");
  expect(findings.filter(({ severity }) => severity === "note").map(({ what }) => what)).toEqual([
    "no further names were looked up in the symbol hash table",
  ]);
});

test("fewer names that lead elsewhere are told one by one", () => {
  const { machine } = lispMachine(`(define names '(${names.slice(0, 10).join(" ")}))`);
  const { memory } = machine;
  const lost = findSymbol(memory, "symbol-3") ?? 0;
  for (let slot = 0; slot < ATOM_HASH_WORDS; slot++) {
    if (memory.word(ATOM_HASH_BASE + slot) === lost + 1) memory.setWord(ATOM_HASH_BASE + slot, 0);
  }
  const { findings } = verify(viewOf(machine), { checks: ["symbols"] });
  expect(findings.map(({ what }) => what)).toEqual([
    `symbol ${lost} symbol-3 is not in the hash table: nobody finds it by its name`,
  ]);
});
