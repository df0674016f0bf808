/** The interface page: what a machine reads first. Source: memory specification, sections 6.2, 6.3, 6.5. */
import { hex } from "../../../../base/errors.ts";
import type { StackOffset } from "../../../../base/units.ts";
import {
  EMULATOR_BVERSION,
  IFPAGE,
  IFPAGE_KEY,
  interfaceWord,
  OLDEST_LVERSION,
  SYSTEM_CONTEXTS,
} from "../../../../memory/interface-page.ts";
import { FPTOVP_WORDS, STACK_WORDS } from "../../../../memory/layout.ts";
import { frameAt } from "../../../../objects/code/frames.ts";
import type { Check, CheckContext } from "../../context.ts";
import type { Findings } from "../../finding.ts";

const FULLY_SWITCHED = 4;
const PAGES_A_MEGABYTE = 2048;

/** What may wait in a frame that the page names. */
const CONTEXTS = [
  ["current frame", IFPAGE.currentFx],
  ...SYSTEM_CONTEXTS.map(([name, field]) => [`${name} context`, field] as const),
] as const;

export const interfacePage: Check = {
  name: "interface-page",
  title: "key, versions, stack bounds, contexts and sizes of the interface page make sense",
  run(context, findings) {
    checkIdentity(context, findings);
    checkStackBounds(context, findings);
    // A running machine keeps its frame in registers, and the field is that of its last save.
    if (context.view.registers === null) checkContexts(context, findings);
    checkSizes(context, findings);
    findings.looked = `${CONTEXTS.length} contexts and 10 other fields`;
  },
};

function checkIdentity({ memory }: CheckContext, findings: Findings): void {
  const word = (field: number) => memory.word(interfaceWord(field));
  const key = word(IFPAGE.key);
  if (key !== IFPAGE_KEY)
    findings.error(interfaceWord(IFPAGE.key), "the image is not valid", hex(IFPAGE_KEY), hex(key));
  const version = word(IFPAGE.lversion);
  if (version < OLDEST_LVERSION) {
    const expected = `lversion ${OLDEST_LVERSION} or more`;
    findings.error(interfaceWord(IFPAGE.lversion), "the image is too old for this machine", expected, `${version}`);
  }
  const emulator = word(IFPAGE.minbversion);
  if (emulator > EMULATOR_BVERSION) {
    const expected = `minbversion ${EMULATOR_BVERSION} or less`;
    findings.error(interfaceWord(IFPAGE.minbversion), "the image asks for a newer machine", expected, `${emulator}`);
  }
}

function checkStackBounds({ memory }: CheckContext, findings: Findings): void {
  const base = memory.word(interfaceWord(IFPAGE.stackBase));
  const end = memory.word(interfaceWord(IFPAGE.endOfStack));
  if (base % 2 === 0 && end % 2 === 0 && base < end && end < STACK_WORDS) return;
  const found = `${base.toString(8)} and ${end.toString(8)} (octal)`;
  findings.error(
    interfaceWord(IFPAGE.stackBase),
    "the bounds of the stack are impossible",
    "even, base below end",
    found,
  );
}

function checkContexts({ memory }: CheckContext, findings: Findings): void {
  for (const [name, field] of CONTEXTS) {
    const offset: StackOffset = memory.word(interfaceWord(field));
    if ((offset === 0 && field !== IFPAGE.currentFx) || frameAt(memory, offset) !== null) continue;
    const found = `stack offset ${offset.toString(8)} (octal)`;
    findings.error(interfaceWord(field), `the ${name} is no frame`, "stack offset of a frame extension", found);
  }
}

function checkSizes({ memory }: CheckContext, findings: Findings): void {
  const active = memory.cell(interfaceWord(IFPAGE.activePagesCell));
  const limit = FPTOVP_WORDS / 2;
  if (active < 1 || active >= limit) {
    findings.error(
      interfaceWord(IFPAGE.activePagesCell),
      "the number of file pages is impossible",
      `1 to ${limit - 1}`,
      `${active}`,
    );
  }
  const start = memory.word(interfaceWord(IFPAGE.fptovpStart));
  if (start === 0 || start > active) {
    findings.error(
      interfaceWord(IFPAGE.fptovpStart),
      "the page table starts at no file page",
      `1 to ${active}`,
      `${start}`,
    );
  }
  const state = memory.word(interfaceWord(IFPAGE.storageFullState));
  if (state > FULLY_SWITCHED) {
    findings.error(
      interfaceWord(IFPAGE.storageFullState),
      "the storage state is impossible",
      `0 to ${FULLY_SWITCHED}`,
      `${state}`,
    );
  }
  const megabytes = memory.cell(interfaceWord(IFPAGE.processSizeCell));
  const last = memory.cell(interfaceWord(IFPAGE.lastVmemPageCell));
  // An image that was never started has neither.
  if (megabytes !== 0 && last !== 0 && last !== megabytes * PAGES_A_MEGABYTE - 1) {
    const expected = `${megabytes * PAGES_A_MEGABYTE - 1}, for ${megabytes} MB`;
    findings.warning(
      interfaceWord(IFPAGE.lastVmemPageCell),
      "last page and size of the machine disagree",
      expected,
      `${last}`,
    );
  }
}
