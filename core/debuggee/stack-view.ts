/** What running machines and dead images have in common for a front end: frames for a stack view, and bytes. */
import { hex, VmFault } from "../base/errors.ts";
import type { ByteAddress, Pointer, WordAddress } from "../base/units.ts";
import { PAGE_BYTES } from "../memory/layout.ts";
import { isMapped } from "../memory/translation.ts";
import { PAGE_ABSENT, type VirtualMemory } from "../memory/virtual-memory.ts";
import type { CodeDirectory } from "../objects/code/code-directory.ts";
import { codeOf } from "../objects/code/functions.ts";
import { findSymbolAnywhere } from "../objects/packages.ts";
import { definitionCell } from "../objects/symbols.ts";
import type { StackFrame } from "../vm/frames.ts";
import { codeAt, codeName } from "./code/code-lookup.ts";
import type { Places } from "./program/places.ts";
import type { FrameView, Origin, Place } from "./types.ts";

/** Where code is, and where it comes from. */
export interface CodeContext {
  /** Functions that the frames of the stack run. */
  headers(): Iterable<WordAddress>;
  readonly memory: VirtualMemory;
  readonly code: CodeDirectory;
  readonly places: Places;
}

/** @param site of the innermost frame: the instruction that the stop is about; null for callers, which stand behind their call */
export function frameView(
  { memory, code, places }: Omit<CodeContext, "headers">,
  frame: StackFrame,
  site: ByteAddress | null,
): FrameView {
  const installed = code.at(frame.header);
  const isHandler = installed === null && places.source !== null;
  return {
    frame: frame.frame,
    functionName: installed?.block.name ?? codeName(memory, frame.header),
    pc: site ?? frame.pc,
    place: places.at(site ?? frame.pc - 1),
    isSubtle: isHandler || installed?.block.isLibrary === true,
  };
}

/** Frames as lines of a report. */
export function backtraceLines(frames: readonly FrameView[]): string[] {
  return frames.map(({ functionName, place }) =>
    place === null ? functionName : `${functionName}  ${place.path ?? ""}:${place.line + 1}:${place.column + 1}`,
  );
}

/** The first instruction of the function that a symbol names, as typed or in upper case; null when it names none. */
export function codeEntry({ memory, code }: Pick<CodeContext, "memory" | "code">, name: string): Place | null {
  const symbol = findSymbolAnywhere(memory, name) ?? findSymbolAnywhere(memory, name.toUpperCase());
  const header = symbol === null ? null : codeOf(memory, memory.pointer(definitionCell(symbol)));
  const found = header === null ? null : codeAt(memory, code, header);
  return found === null ? null : codePlace(found.name, found.codeStart);
}

/** The code that a value runs, when it is a function. */
export function codeOrigin(
  { memory, code }: Pick<CodeContext, "memory" | "code">,
  value: Pointer,
): (Origin & { kind: "code" }) | null {
  const header = isMapped(memory, value, 2) ? codeOf(memory, value) : null;
  const found = header === null ? null : codeAt(memory, code, header);
  return found === null ? null : { kind: "code", functionName: found.name, pc: found.codeStart };
}

/** The place of an instruction that has no source text. */
function codePlace(functionName: string, pc: ByteAddress): Place {
  return { pc, functionName, path: null, start: 0, end: 0, line: 0, column: 0, endLine: 0, endColumn: 0 };
}

export function readBytes({ bytes }: VirtualMemory, address: ByteAddress, count: number): Uint8Array {
  return bytes.slice(Math.min(address, bytes.length), Math.min(address + count, bytes.length));
}
/** @throws {VmFault} with the address of the first word that no page of the image holds; nothing was written then */
export function writeBytes(memory: VirtualMemory, address: ByteAddress, bytes: Uint8Array): void {
  for (let at = address; at < address + bytes.length; at = (Math.floor(at / PAGE_BYTES) + 1) * PAGE_BYTES) {
    if (at < memory.sizeBytes && ((memory.pageFlags[at >> 9] as number) & PAGE_ABSENT) === 0) continue;
    throw new VmFault("PageMappingFailed", `no page of the image holds byte ${hex(at)}`, at >> 1);
  }
  for (const [i, byte] of bytes.entries()) memory.setByte(address + i, byte);
}
