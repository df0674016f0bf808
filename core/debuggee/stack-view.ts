/** What running machines and dead images show alike: frames for a stack view, and bytes. */
import type { ByteAddress } from "../base/units.ts";
import type { VirtualMemory } from "../memory/virtual-memory.ts";
import type { CodeDirectory } from "../objects/code/code-directory.ts";
import type { StackFrame } from "../vm/frames.ts";
import { codeName } from "./code-lookup.ts";
import type { Places } from "./places.ts";
import type { FrameView } from "./types.ts";

/** Where code is, and where it comes from. */
export interface CodeContext {
  readonly memory: VirtualMemory;
  readonly code: CodeDirectory;
  readonly places: Places;
}

/** @param site of the innermost frame: the instruction that the stop is about; null for callers, which stand behind their call */
export function frameView(
  { memory, code, places }: CodeContext,
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

export function readBytes({ bytes }: VirtualMemory, address: ByteAddress, count: number): Uint8Array {
  return bytes.slice(Math.min(address, bytes.length), Math.min(address + count, bytes.length));
}
/** @throws {VmFault} when a page is not mapped */
export function writeBytes(memory: VirtualMemory, address: ByteAddress, bytes: Uint8Array): void {
  for (const [i, byte] of bytes.entries()) memory.setByte(address + i, byte);
}
