/**
 * The variables of a frame by name: from the compiler's tables where there are any, else from the function's name table, else by number.
 * Source: memory specification, sections 13.1 and 14.
 */
import type { WordAddress } from "../../base/units.ts";
import type { VariableRange } from "../../isa/code-block.ts";
import { STACK_BASE, UNBOUND } from "../../memory/layout.ts";
import { isMapped } from "../../memory/translation.ts";
import type { InstalledBlock } from "../../objects/code/code-directory.ts";
import { bindMark, FRAME_WORDS, type Frame, frameAt, frameNames } from "../../objects/code/frames.ts";
import { FUNCTION_HEADER_WORDS, functionHeader, functionNames, NAME_FREE } from "../../objects/code/functions.ts";
import { type VariableNames, variableNames } from "../../objects/code/variable-names.ts";
import { symbolName } from "../../objects/symbols.ts";
import type { FrameContext, ImageView } from "../image-view.ts";
import type { InspectNode } from "../node.ts";
import { badNode, makeNode } from "../nodes.ts";
import { cellNode } from "../values.ts";

const FX_SLOW = 1;
/** Words between the PVAR area and the first temporary. */
const PADDING_WORDS = 4;
/** More variables than one binding form can bind. */
const MAX_BOUND = 255;
/** Arguments that stand beside the other variables. */
const ARGUMENTS_NAMED = 256;
/** More cells than a frame can have on a stack of one segment. */
const MAX_CELLS = 0x8000;

export function localsScope(view: ImageView, frame: FrameContext): InspectNode {
  const installed = view.code.at(frame.header);
  const read = () => {
    const variables = installed === null ? unnamedVariables(view, frame) : namedVariables(view, frame, installed);
    return [...variables, temporaries(view, frame)];
  };
  return makeNode("Locals", functionText(view, frame), { type: "scope", named: read });
}

/** What a frame was called with, by name where one is known; a parameter that was assigned since has its new value. */
export function parameterNodes(view: ImageView, frame: FrameContext): readonly InspectNode[] {
  const installed = view.code.at(frame.header);
  if (installed === null) return argumentNodes(view, frame, argumentCells(view, frame));
  const parameters = installed.block.variables.filter(({ place }) => place === "argument");
  const byIndex = new Map(parameters.map((variable) => [variable.index, variable]));
  return [...byIndex.values()].sort((a, b) => a.index - b.index).map((variable) => variableNode(view, frame, variable));
}

function functionText(view: ImageView, frame: FrameContext): string {
  const installed = view.code.at(frame.header);
  if (installed !== null) return installed.block.name;
  const header = functionHeader(view.memory, frame.header);
  return header === null ? "" : symbolName(view.memory, header.frameName);
}

/** Variables that are in scope at the frame's pc; an inner variable hides an outer one of its name. */
function namedVariables(view: ImageView, frame: FrameContext, { block, codeStart }: InstalledBlock): InspectNode[] {
  const pc = frame.pc - codeStart;
  const visible = new Map<string, VariableRange>();
  for (const variable of block.variables) {
    if (pc < variable.fromPc || pc >= variable.toPc) continue;
    const other = visible.get(variable.name);
    if (other === undefined || other.fromPc <= variable.fromPc) visible.set(variable.name, variable);
  }
  return [...visible.values()].map((variable) => variableNode(view, frame, variable));
}

function variableNode(view: ImageView, frame: FrameContext, variable: VariableRange): InspectNode {
  const { memory } = view;
  const { name, place, index, boxed } = variable;
  let address: WordAddress = (place === "argument" ? frame.ivar : frame.pvar) + 2 * index;
  let isOnStack = true;
  if (place === "captured") {
    address = memory.pointer(frame.pvar) + 2 * index;
    isOnStack = false;
  }
  if (!isMapped(memory, address, 2)) return badNode(name, "its place is outside the image");
  // A box that is not made yet leaves the slot as the call left it.
  if (boxed && memory.cell(address) >>> 28 === 0 && isMapped(memory, memory.pointer(address), 2)) {
    address = memory.pointer(address);
    isOnStack = false;
  }
  const slot = { kind: isOnStack ? "stack" : "heap", address } as const;
  return cellNode(view, name, memory.cell(address), { slot, expression: name });
}

/** Names as the code, or the frame with a name table of its own, tells them; the other cells by number. */
function unnamedVariables(view: ImageView, frame: FrameContext): InspectNode[] {
  const { memory } = view;
  const header = functionHeader(memory, frame.header);
  if (header === null) return [badNode("function header", "outside the image")];
  const extension = frameAt(memory, frame.fx);
  const table = extension?.hasOwnNameTable === true ? frameNames(memory, extension) : functionNames(memory, header);
  const names = variableNames(memory, header, table);
  const argumentCount = argumentCells(view, frame);
  const cells = argumentNodes(view, frame, argumentCount, names);
  if (argumentCount > ARGUMENTS_NAMED) cells.push(moreArguments(view, frame, argumentCount - ARGUMENTS_NAMED));
  for (let i = 0; i < header.localCount; i++) {
    cells.push(stackCell(view, names.local(i) ?? `PVAR${i}`, frame.pvar + 2 * i));
  }
  for (const { name, kind, index } of table) {
    if (kind === NAME_FREE) cells.push(freeVariable(view, symbolName(memory, name), frame.pvar + 2 * index));
  }
  return cells;
}

function argumentNodes(view: ImageView, frame: FrameContext, count: number, known?: VariableNames): InspectNode[] {
  const header = functionHeader(view.memory, frame.header);
  const names = known ?? (header === null ? null : variableNames(view.memory, header));
  return Array.from({ length: Math.min(count, ARGUMENTS_NAMED) }, (_, i) =>
    stackCell(view, names?.argument(i) ?? `IVAR${i}`, frame.ivar + 2 * i),
  );
}

/** The arguments of a call with very many, or of a frame whose links are damaged. */
function moreArguments(view: ImageView, frame: FrameContext, left: number): InspectNode {
  const first = frame.ivar + 2 * ARGUMENTS_NAMED;
  return makeNode("more arguments", `${left} from IVAR${ARGUMENTS_NAMED}`, {
    type: "group",
    indexedCount: left,
    indexed: (start, count) =>
      Array.from({ length: count }, (_, i) =>
        stackCell(view, `IVAR${ARGUMENTS_NAMED + start + i}`, first + 2 * (start + i)),
      ),
  });
}

/** Arguments lie between IVAR and the basic frame, which stands before the frame extension unless the frame says otherwise. */
function argumentCells({ memory }: ImageView, frame: FrameContext): number {
  const fx = STACK_BASE + frame.fx;
  const isSlow = (memory.word(fx + 1) & FX_SLOW) !== 0;
  const basicFrame = isSlow ? STACK_BASE + memory.word(fx + 8) : fx - 2;
  const words = basicFrame - frame.ivar;
  return words > 0 && words < MAX_CELLS ? words >> 1 : 0;
}

function stackCell(view: ImageView, name: string, address: WordAddress): InspectNode {
  if (!isMapped(view.memory, address, 2)) return badNode(name, "outside the image");
  return cellNode(view, name, view.memory.cell(address), { slot: { kind: "stack", address } });
}

/** A free-variable slot: word-swapped address of the binding; odd means not looked up yet. */
function freeVariable(view: ImageView, name: string, slot: WordAddress): InspectNode {
  const { memory } = view;
  if (!isMapped(memory, slot, 2)) return badNode(name, "outside the image");
  const low = memory.word(slot);
  if ((low & 1) !== 0) return makeNode(name, "(free variable, not looked up yet)");
  const address = memory.word(slot + 1) * 0x10000 + low;
  if (!isMapped(memory, address, 2)) return badNode(name, "its binding is outside the image");
  const isStack = address >> 16 === STACK_BASE >> 16;
  return cellNode(view, name, memory.cell(address), { slot: { kind: isStack ? "stack" : "heap", address } });
}

/** The evaluation stack of the frame, topmost first: temporaries, and marks of the variables that inner forms bind. */
function temporaries(view: ImageView, frame: FrameContext): InspectNode {
  const { memory, registers } = view;
  const header = functionHeader(memory, frame.header);
  const isCurrent = registers !== null && registers.pvar === frame.pvar;
  const first = frame.pvar + (header?.localWords ?? 0) + PADDING_WORDS;
  const end = isCurrent ? registers.csp : STACK_BASE + memory.word(frame.pvar - FRAME_WORDS + 4);
  const stored = header === null ? 0 : Math.max(0, Math.min(MAX_CELLS, (end - first) >> 1));
  // Before the first push the cached top of stack belongs to nobody.
  const cached = isCurrent && registers.csp >= first ? 1 : 0;
  const table = tableOnStack(view, frameAt(memory, frame.fx));
  return makeNode("evaluation stack", stored + cached === 1 ? "1 cell" : `${stored + cached} cells`, {
    type: "stack",
    indexedCount: stored + cached,
    indexed: (start, count) =>
      Array.from({ length: count }, (_, i) => {
        const depth = start + i;
        if (isCurrent && depth < cached) return cellNode(view, "0", registers.tos);
        const address = first + 2 * (stored - 1 - (depth - cached));
        if (address >= table.start && address < table.end) {
          return makeNode(String(depth), "(part of the frame's name table)", { type: "names", address });
        }
        return temporary(view, String(depth), address);
      }),
  });
}

function temporary(view: ImageView, name: string, address: WordAddress): InspectNode {
  if (!isMapped(view.memory, address, 2)) return badNode(name, "outside the image");
  const cell = view.memory.cell(address);
  const mark = cell >>> 0 === UNBOUND ? null : bindMark(cell);
  if (mark === null || mark.count > MAX_BOUND) return stackCell(view, name, address);
  const bound = mark.count === 1 ? "1 variable" : `${mark.count} variables`;
  return makeNode(name, `(binds ${bound}, the last in PVAR${mark.lastOffset >> 1})`, { type: "bind mark", address });
}

/** Where a frame that has a name table among its temporaries keeps it. */
function tableOnStack(
  { memory }: ImageView,
  frame: Frame | null,
): { readonly start: WordAddress; readonly end: WordAddress } {
  if (frame === null || !frame.hasOwnNameTable || frame.nameTable >> 16 !== STACK_BASE >> 16)
    return { start: 0, end: 0 };
  const start = frame.nameTable;
  const header = functionHeader(memory, start);
  return { start, end: start + FUNCTION_HEADER_WORDS + 2 * (header?.nameTableWords ?? 0) };
}
