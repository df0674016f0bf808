/** The cells around a bad place, each with what it is by where it lies. Never fails: an address may be anything. */
import { hex } from "../../base/errors.ts";
import type { Cell, WordAddress } from "../../base/units.ts";
import {
  ATOM_HASH_BASE,
  ATOM_WORDS,
  ATOMS_BASE,
  DTD_BASE,
  DTD_WORDS,
  FPTOVP_BASE,
  HTCOLL_BASE,
  HTMAIN_BASE,
  IFPAGE_BASE,
  OLD_ATOM_LIMIT,
  POINTER_MASK,
  STACK_BASE,
  TYPE_BLOCK,
  TYPE_LISTP,
  TYPE_NOREF,
  TYPE_TABLE_BASE,
} from "../../memory/layout.ts";
import { regionOf } from "../../memory/regions.ts";
import { isMapped } from "../../memory/translation.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { BLOCK_PASSWORD } from "../../objects/arrays/blocks.ts";
import { typeName } from "../../objects/dtd.ts";
import { symbolName } from "../../objects/symbols.ts";
import { typeNumber } from "../../objects/types.ts";
import type { ImageView } from "../image-view.ts";
import { readSafely } from "../nodes.ts";
import { valueText } from "../parts/value-text.ts";
import type { Neighbour } from "./finding.ts";

const CELLS_BEFORE = 3;
const CELLS_AFTER = 4;

export function neighboursOf(view: ImageView, address: WordAddress): Neighbour[] {
  const bad = address & ~1;
  const found: Neighbour[] = [];
  for (let at = bad - 2 * CELLS_BEFORE; at <= bad + 2 * CELLS_AFTER; at += 2) {
    if (at < 0 || !isMapped(view.memory, at, 2)) continue;
    const cell = view.memory.cell(at);
    const text = readSafely(
      () => meaning(view, at, cell),
      () => "",
    );
    found.push({ address: at, cell, text, isBad: at === bad });
  }
  return found;
}

function meaning(view: ImageView, address: WordAddress, cell: Cell): string {
  const { memory } = view;
  const high = cell >>> 16;
  const low = cell & 0xffff;
  switch (regionOf(address)?.name) {
    case "STACK":
      return `stack ${octal(address - STACK_BASE)}: ${stackText(view, cell)}`;
    case "FPTOVP": {
      const filePage = (address - FPTOVP_BASE) / 2;
      return `file page ${filePage}: ${high === 0xffff ? "unused" : `page ${hex(cell)}`}`;
    }
    case "IFPAGE":
      return `interface page words ${address - IFPAGE_BASE} and ${address - IFPAGE_BASE + 1}: ${low} follows ${high}`;
    case "DTD": {
      const type = Math.floor((address - DTD_BASE) / DTD_WORDS);
      return `descriptor of type ${type} ${typeName(memory, type)}, cell ${((address - DTD_BASE) % DTD_WORDS) / 2}`;
    }
    case "ATOMHASH":
      return `slots ${address - ATOM_HASH_BASE}: ${slotText(memory, high)} | ${slotText(memory, low)}`;
    case "HTMAIN":
      return `main entry ${(address - HTMAIN_BASE) / 2}: ${entryText(cell)}`;
    case "HTCOLL": {
      const link = (address - HTCOLL_BASE) / 2;
      return (link & 1) === 0 ? `pair ${link}: ${entryText(cell)}` : `pair ${link - 1}, next: ${cell}`;
    }
    case "TYPETABLE": {
      const unit = (address - TYPE_TABLE_BASE) << 9;
      return `units ${hex(unit)}: ${typeText(memory, high)} | ${hex(unit + 0x200)}: ${typeText(memory, low)}`;
    }
    case "ATOMS": {
      const symbol = Math.floor((address - ATOMS_BASE) / ATOM_WORDS);
      const part = ["print name", "value", "definition", "property list", "flags"][
        ((address - ATOMS_BASE) % ATOM_WORDS) / 2
      ];
      return `${part} of symbol ${symbol} ${symbol < OLD_ATOM_LIMIT ? symbolName(memory, symbol) : ""}`.trimEnd();
    }
    case "HEAP":
    case "HEAP2":
      return heapText(view, address, cell);
    default:
      return "";
  }
}

function heapText(view: ImageView, address: WordAddress, cell: Cell): string {
  if (cell >>> 19 === BLOCK_PASSWORD) {
    const use = (cell & 0x10000) === 0 ? "free" : "used";
    const content = ["", " pointers", " code", " ?"][(cell >>> 17) & 3];
    return `block header or trailer: ${use}${content}, ${cell & 0xffff} cells`;
  }
  const pointer = cell & POINTER_MASK;
  const code = cell >>> 28;
  const type = typeNumber(view.memory, address as number);
  const shown = pointer === 0 ? "" : valueText(view, pointer);
  // Blocks may hold anything; elsewhere a bad pointer is news.
  const value = type === TYPE_BLOCK && shown.startsWith("(bad pointer") ? "" : shown;
  if (type === TYPE_LISTP && (address & 0xff) >= 8) return `CDR code ${code}  ${value}`.trimEnd();
  return code === 0 ? value : `tag ${hex(code)}  ${value}`.trimEnd();
}

function stackText(view: ImageView, cell: Cell): string {
  const size = cell & 0xffff;
  switch (cell >>> 29) {
    case 7:
      return cell === 0xffffffff ? "unbound" : `guard of ${size} words, or a mark`;
    case 6:
      return `frame extension, alink ${octal(size)}`;
    case 5:
      return `free block of ${size} words`;
    case 4:
      return `basic frame, arguments from ${octal(size)}`;
    default:
      return valueText(view, cell & POINTER_MASK);
  }
}

function slotText(memory: VirtualMemory, slot: number): string {
  return slot === 0 ? "empty" : `${slot - 1} ${symbolName(memory, slot - 1)}`.trimEnd();
}

function entryText(entry: Cell): string {
  if (entry === 0) return "empty";
  if ((entry & 1) !== 0) return `chain from pair ${entry - 1}`;
  const onStack = (entry & 0x10000) === 0 ? "" : ", on the stack";
  return `count ${entry >>> 17}, segment ${((entry & 0x1ffe) >> 1).toString(8)}${onStack}`;
}

function typeText(memory: VirtualMemory, entry: number): string {
  if (entry === TYPE_NOREF) return "none";
  return `${typeName(memory, entry & 0x7ff)}${(entry & TYPE_NOREF) === 0 ? "" : ", uncounted"}`;
}

function octal(offset: number): string {
  return offset.toString(8);
}
