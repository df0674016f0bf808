/** Type descriptors: sizes, names, offsets of counted pointers, supertypes. Source: memory specification, sections 7 and 8. */
import { hex } from "../../../../base/errors.ts";
import type { Pointer, TypeNumber, Words } from "../../../../base/units.ts";
import { MDS_UNIT_WORDS, NIL, TYPE_NUMBER_MASK } from "../../../../memory/layout.ts";
import { listItems } from "../../../../objects/cons.ts";
import {
  DTD_ENTRY,
  DTD_LIMIT,
  DTD_NAME,
  DTD_POINTERS,
  DTD_SIZE,
  dtdAddress,
  type TypeDescriptor,
  typeDescriptor,
  typeName,
} from "../../../../objects/dtd.ts";
import { isSmall, smallValue } from "../../../../objects/immediates.ts";
import { symbolName } from "../../../../objects/symbols.ts";
import { builtinType, isSymbol } from "../../../../objects/types.ts";
import type { Check, CheckContext } from "../../context.ts";
import type { Findings } from "../../finding.ts";

/** Most fields of a type that are looked at: bits are fields too. */
const FIELD_LIMIT = 0x4000;
const POINTER_KINDS: ReadonlySet<string> = new Set(["POINTER", "FULLPOINTER"]);

export const typeDescriptors: Check = {
  name: "type-descriptors",
  title: "sizes, names, offsets of counted pointers and supertypes of the type descriptors make sense",
  run(context, findings) {
    let types = 0;
    for (let type = 1; type < DTD_LIMIT; type++) {
      const descriptor = typeDescriptor(context.memory, type);
      if (descriptor.sizeWords === 0 && descriptor.name === NIL) continue;
      types++;
      checkDescriptor(context, descriptor, findings);
    }
    findings.looked = `${types} types`;
  },
};

function checkDescriptor(context: CheckContext, descriptor: TypeDescriptor, findings: Findings): void {
  const { memory } = context;
  const { type, name, sizeWords, entry } = descriptor;
  const at = dtdAddress(type);
  const text = `type ${type} ${typeName(memory, type)}`;
  if (name !== NIL && !isSymbol(memory, name))
    findings.error(at + DTD_NAME, `${text} has no name`, "a symbol", hex(name));
  const builtin = builtinType(type);
  if (sizeWords % 2 !== 0 || sizeWords > MDS_UNIT_WORDS) {
    findings.error(
      at + DTD_SIZE,
      `${text} has an impossible size`,
      `an even number of words up to ${MDS_UNIT_WORDS}`,
      `${sizeWords}`,
    );
  } else if (builtin !== null && builtin.pointerOffsets !== null && sizeWords !== builtin.words && sizeWords !== 0) {
    findings.error(
      at + DTD_SIZE,
      `${text} has not the size that the machine relies on`,
      `${builtin.words} words`,
      `${sizeWords}`,
    );
  }
  if (sizeWords > 0 && (entry & TYPE_NUMBER_MASK) !== type) {
    findings.error(
      at + DTD_ENTRY,
      `${text} has the type entry of another type`,
      `${type} in the low 11 bits`,
      hex(entry),
    );
  }
  checkPointers(context, descriptor, text, findings);
  checkSupertypes(context, descriptor, text, findings);
}

/** The list of pointer offsets: what the collector follows. */
function checkPointers({ memory }: CheckContext, descriptor: TypeDescriptor, text: string, findings: Findings): void {
  const { type, sizeWords, pointers } = descriptor;
  const at = dtdAddress(type) + DTD_POINTERS;
  const { items, tail } = listItems(memory, pointers, MDS_UNIT_WORDS);
  if (tail !== NIL)
    findings.error(at, `the pointer offsets of ${text} are no list`, "a list that ends in NIL", hex(tail));
  const offsets: Words[] = [];
  for (const item of items) {
    const offset = isSmall(item) ? smallValue(item) : -1;
    const previous = offsets.at(-1) ?? -2;
    if (offset < 0 || offset % 2 !== 0 || offset + 2 > sizeWords || offset <= previous) {
      const expected = `even offsets below ${sizeWords}, ascending`;
      findings.error(
        at,
        `${text} says that it has a pointer at an impossible place`,
        expected,
        isSmall(item) ? `${offset}` : hex(item),
      );
      return;
    }
    offsets.push(offset);
  }
  const declared = declaredPointers(memory, descriptor.fields);
  if (declared !== null && offsets.join() !== declared.join()) {
    const what = `the collector follows other fields of ${text} than are declared as pointers`;
    findings.error(at, what, `offsets (${declared.join(" ")}), as the field descriptors say`, `(${offsets.join(" ")})`);
    return;
  }
  const known = builtinType(type)?.pointerOffsets;
  if (known === null || known === undefined || sizeWords === 0 || offsets.join() === known.join()) return;
  findings.error(
    at,
    `${text} has other pointers than the machine relies on`,
    `offsets (${known.join(" ")})`,
    `(${offsets.join(" ")})`,
  );
}

/** Offsets of the fields that are declared POINTER or FULLPOINTER, ascending: elements (type offset kind) of the list of fields. Null without fields. */
function declaredPointers(memory: CheckContext["memory"], fields: Pointer): Words[] | null {
  const { items } = listItems(memory, fields, FIELD_LIMIT);
  if (items.length === 0) return null;
  const offsets = new Set<Words>();
  for (const item of items) {
    const [, offset = NIL, kind = NIL] = listItems(memory, item, 3).items;
    if (isSmall(offset) && isSymbol(memory, kind) && POINTER_KINDS.has(symbolName(memory, kind))) {
      offsets.add(smallValue(offset));
    }
  }
  return [...offsets].sort((a, b) => a - b);
}

function checkSupertypes({ memory }: CheckContext, descriptor: TypeDescriptor, text: string, findings: Findings): void {
  const at = dtdAddress(descriptor.type) + DTD_ENTRY;
  const seen = new Set<TypeNumber>([descriptor.type]);
  for (let type = descriptor.supertype; type !== 0; type = typeDescriptor(memory, type).supertype) {
    if (type >= DTD_LIMIT) {
      findings.error(at, `a supertype of ${text} does not exist`, `a type number below ${DTD_LIMIT}`, `${type}`);
      return;
    }
    if (seen.has(type)) {
      findings.error(
        at,
        `the supertypes of ${text} run in a circle`,
        "a type that is not among them yet, or 0",
        `${type}`,
      );
      return;
    }
    seen.add(type);
  }
}
