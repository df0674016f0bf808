/** The table of functions that finish opcodes. Source: memory specification, section 13.3. */
import type { Pointer } from "../../base/units.ts";
import { LISP, symbolForm } from "../../compiled/forms.ts";
import { OPCODES } from "../../isa/opcodes.ts";
import { UFN_TABLE_BASE } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { linkName } from "../contents/link-name.ts";

/** For opcodes without a function of their own. */
const UNKNOWN = "\\UNKNOWN.UFN";

/** @param symbol the symbol with a print name, made when it is new */
export function writeOpcodeHandlers(memory: VirtualMemory, symbol: (name: string) => Pointer): void {
  for (const { code, ufn } of OPCODES) {
    const cell = UFN_TABLE_BASE + 2 * code;
    memory.setWord(cell, symbol(ufn === null ? UNKNOWN : printName(ufn.functionName)));
    memory.setWord(cell + 1, ufn === null ? 0 : (ufn.extraBytes << 8) | ufn.args);
  }
}

/** `CL::FOO` and `FOO`, as the list of opcodes has them, in an image without packages. */
function printName(name: string): string {
  const prefix = /^CL::?/.exec(name)?.[0];
  return linkName(prefix === undefined ? symbolForm(name) : symbolForm(name.slice(prefix.length), LISP));
}
