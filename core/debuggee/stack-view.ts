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
import type { StackFrame } from "../vm/stack/frames.ts";
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

/** Bytes up to the first page that the image does not have. */
export function readBytes(memory: VirtualMemory, address: ByteAddress, count: number): Uint8Array {
  const limit = Math.min(address + count, memory.sizeBytes);
  let end = address;
  while (end < limit && isPageThere(memory, end)) end = Math.min(limit, pageAfter(end));
  return memory.bytes.slice(address, end);
}
/** Bytes that cannot be read from an address on, until one can be, or until `count`. */
export function missingBytes(memory: VirtualMemory, address: ByteAddress, count: number): number {
  const end = address + count;
  let at = address;
  while (at < end && !isPageThere(memory, at)) at = at >= memory.sizeBytes ? end : pageAfter(at);
  return Math.min(at, end) - address;
}
function isPageThere(memory: VirtualMemory, address: ByteAddress): boolean {
  return address < memory.sizeBytes && ((memory.pageFlags[address >> 9] as number) & PAGE_ABSENT) === 0;
}
function pageAfter(address: ByteAddress): ByteAddress {
  return (Math.floor(address / PAGE_BYTES) + 1) * PAGE_BYTES;
}
/** @throws {VmFault} with the address of the first word that no page of the image holds; nothing was written then */
export function writeBytes(memory: VirtualMemory, address: ByteAddress, bytes: Uint8Array): void {
  for (let at = address; at < address + bytes.length; at = pageAfter(at)) {
    if (isPageThere(memory, at)) continue;
    throw new VmFault("PageMappingFailed", `no page of the image holds byte ${hex(at)}`, at >> 1);
  }
  for (const [i, byte] of bytes.entries()) memory.setByte(address + i, byte);
}
