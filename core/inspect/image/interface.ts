/**
 * The interface page field by field: what each holds, what that means, and whether it can be right.
 * Source: memory specification, sections 6.2, 6.3 and 6.5.
 */
import type { WordAddress } from "../../base/units.ts";
import {
  EMULATOR_BVERSION,
  IFPAGE,
  IFPAGE_KEY,
  INTERFACE_FIELDS,
  type InterfaceField,
  interfaceWord,
  MACHINE_TYPE_MAIKO,
  OLDEST_LVERSION,
  SYSTEM_CONTEXTS,
} from "../../memory/interface-page.ts";
import { FPTOVP_BASE, POINTER_MASK } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { frameAt, STACK_GUARD, stackKind } from "../../objects/code/frames.ts";
import { frameNameText, functionHeader } from "../../objects/code/functions.ts";
import { variableNumber } from "../heap/system.ts";
import type { ImageView } from "../image-view.ts";
import { readSafely } from "../nodes.ts";
import { valueText } from "../parts/value-text.ts";
import { STORAGE_STATES } from "./storage-states.ts";

export interface InterfaceRow {
  readonly field: InterfaceField;
  readonly address: WordAddress;
  readonly value: number;
  /** What this value says: the function of a frame, a size; empty when the number says it all. */
  readonly reading: string;
  /** Why the value cannot be right; null when nothing speaks against it. */
  readonly problem: string | null;
}

/** What a check found: a reading, a problem, or neither. */
interface Finding {
  readonly reading?: string;
  readonly problem?: string;
}
type Check = (view: ImageView, value: number) => Finding;

/** All fields in the order of the page. */
export function interfaceRows(view: ImageView): InterfaceRow[] {
  return INTERFACE_FIELDS.map((field) => {
    const address = interfaceWord(field.word);
    const value = field.widthWords === 1 ? view.memory.word(address) : view.memory.cell(address);
    const check = CHECKS.get(field.word);
    const { reading = "", problem = null } =
      check === undefined
        ? {}
        : readSafely<Finding>(
            () => check(view, value),
            (message) => ({ problem: message }),
          );
    return { field, address, value, reading, problem };
  });
}

const frame: Check = ({ memory }, value) => (value === 0 ? { reading: "none" } : frameFinding(memory, value));
const between =
  (least: number, most: number): Check =>
  (_, value) =>
    value >= least && value <= most ? {} : { problem: `expected ${least} to ${most}` };
const oneOf =
  (...allowed: readonly number[]): Check =>
  (_, value) =>
    allowed.includes(value) ? {} : { problem: `expected ${allowed.join(" or ")}` };
const pointer: Check = (view, value) => ({ reading: valueText(view, value & POINTER_MASK) });

const CHECKS: ReadonlyMap<number, Check> = new Map<number, Check>([
  [IFPAGE.currentFx, ({ memory }, value) => frameFinding(memory, value)],
  ...SYSTEM_CONTEXTS.map(([, word]): [number, Check] => [word, frame]),
  [IFPAGE.endOfStack, endOfStack],
  [IFPAGE.stackBase, stackBase],
  [IFPAGE.lversion, between(OLDEST_LVERSION, 0xffff)],
  [IFPAGE.minbversion, between(0, EMULATOR_BVERSION)],
  [IFPAGE.machineType, (_, value) => (value === MACHINE_TYPE_MAIKO ? { reading: "Maiko" } : {})],
  [IFPAGE.key, oneOf(IFPAGE_KEY)],
  [IFPAGE.storageFullState, storageState],
  [IFPAGE.fptovpStart, tableStart],
  [IFPAGE.dl24BitAddressable, oneOf(0, 0xffff)],
  [IFPAGE.fullSpaceUsed, oneOf(0, 0xffff)],
  ...[48, 50, 52, 54].map((word): [number, Check] => [word, pointer]),
  [IFPAGE.lastVmemPageCell, lastPage],
  [IFPAGE.processSizeCell, (_, value) => (value === 0 ? { reading: "never started" } : between(8, 256)(_, value))],
]);

function frameFinding(memory: VirtualMemory, offset: number): Finding {
  const found = frameAt(memory, offset);
  if (found === null) return { problem: `there is no frame extension at stack offset ${offset.toString(8)}` };
  const header = functionHeader(memory, found.header);
  const name = header === null ? null : frameNameText(memory, header.frameName);
  if (name === null) return { problem: "the frame there has no function" };
  return { reading: `frame of ${name}` };
}

function endOfStack({ memory }: ImageView, value: number): Finding {
  return stackKind(memory, value) === STACK_GUARD ? {} : { problem: "no guard block begins there" };
}

function stackBase({ memory }: ImageView, value: number): Finding {
  const end = memory.word(interfaceWord(IFPAGE.endOfStack));
  return value > 0 && value % 2 === 0 && value < end
    ? {}
    : { problem: `expected an even offset below endofstack, ${end}` };
}

function storageState({ memory }: ImageView, value: number): Finding {
  const reading = STORAGE_STATES[value];
  if (reading === undefined) return { problem: `expected 0 to ${STORAGE_STATES.length - 1}` };
  const variable = variableNumber(memory, "\\STORAGEFULLSTATE") ?? 0;
  // 1 is saved as 0: whether a second area exists is found out anew at each start.
  if (value === variable || (value === 0 && variable <= 2)) return { reading };
  return { reading, problem: `the variable \\STORAGEFULLSTATE says ${variable}` };
}

/** The table lies in memory, and lists the page that holds it. */
function tableStart({ memory }: ImageView, value: number): Finding {
  const active = memory.cell(interfaceWord(IFPAGE.activePagesCell));
  if (value === 0 || value > active) return { problem: `expected a file page from 1 to ${active}` };
  const page = memory.cell(FPTOVP_BASE + 2 * value);
  return page === FPTOVP_BASE >> 8 ? {} : { problem: "the page table does not list itself there" };
}

function lastPage({ memory }: ImageView, value: number): Finding {
  const megabytes = memory.cell(interfaceWord(IFPAGE.processSizeCell));
  if (megabytes === 0 || value === megabytes * 2048 - 1) return {};
  return { problem: `expected ${megabytes * 2048 - 1} in an address space of ${megabytes} MB` };
}
