/** Compiled code as text, one instruction a line, literals by name: what compiler tests compare. */
import type { CodeBlock, Datum, Literal } from "../../../core/isa/code-block.ts";
import { disassemble } from "../../../core/isa/disassembler.ts";

export function codeText(block: CodeBlock): string[] {
  const bytes = block.bytes.slice();
  const view = new DataView(bytes.buffer);
  block.fixups.forEach((fixup, i) => {
    view.setUint32(fixup.offset, i);
  });
  const name = (index: number) => {
    const fixup = block.fixups[index];
    return fixup === undefined ? null : literalText(fixup.literal);
  };
  return disassemble(bytes, 0, bytes.length, { atom: name, pointer: name }).map(
    (instruction) => `${instruction.address} ${instruction.text}`,
  );
}

function literalText(literal: Literal): string {
  if (literal.kind === "symbol") return literal.name;
  return literal.kind === "code" ? `code ${literal.index}` : datumText(literal.datum);
}

function datumText(datum: Datum): string {
  switch (datum.kind) {
    case "nil":
      return "nil";
    case "true":
      return "#t";
    case "integer":
    case "float":
      return `${datum.value}`;
    case "character":
      return `#\\${String.fromCharCode(datum.code)}`;
    case "string":
      return JSON.stringify(datum.text);
    case "symbol":
      return datum.name;
    case "pair":
      return `(${datumText(datum.car)} . ${datumText(datum.cdr)})`;
    case "vector":
      return `#(${datum.items.map(datumText).join(" ")})`;
  }
}
