/** The memory image of opcode-run.json: conses, arrays, symbols, code, a stack with one frame; 64 MB, no block headers around its code. */
import { deadImage, type FrameContext, type ImageView } from "../../../core/inspect/image-view.ts";
import { STACK_BASE, TYPE_TABLE_BASE } from "../../../core/memory/layout.ts";
import { VirtualMemory } from "../../../core/memory/virtual-memory.ts";
import { CodeDirectory } from "../../../core/objects/code/code-directory.ts";

export interface OpcodeRun {
  readonly mainFn: number;
  readonly mainCode: number;
  readonly worldBytes: number;
  readonly frame: { readonly fx: number; readonly firstFree: number };
  readonly functions: Readonly<Record<string, { readonly addr: number; readonly startpc: number }>>;
  readonly atoms: Readonly<Record<string, number>>;
  readonly data: Readonly<Record<string, unknown>>;
  readonly image: {
    readonly segments: readonly (readonly [number, string])[];
    readonly typeTable: readonly (readonly [number, number, number])[];
  };
}

/** A fresh copy of the image. */
export function opcodeRunMemory({ worldBytes, image }: OpcodeRun): VirtualMemory {
  const memory = new VirtualMemory(worldBytes >> 20);
  for (const [start, end, entry] of image.typeTable) {
    for (let address = start; address < end; address += 512) memory.setWord(TYPE_TABLE_BASE + (address >> 9), entry);
  }
  for (const [address, hex] of image.segments) {
    for (let i = 0; i < hex.length; i += 8) {
      memory.setCell(address + i / 4, Number.parseInt(hex.slice(i, i + 8), 16));
    }
  }
  return memory;
}

/** The image as a machine would have it right after boot, with its first frame. */
export function opcodeRunView(run: OpcodeRun): { readonly view: ImageView; readonly frame: FrameContext } {
  const memory = opcodeRunMemory(run);
  const fx = STACK_BASE + run.frame.fx;
  const frame: FrameContext = {
    fx: run.frame.fx,
    header: memory.pointer(fx + 2),
    pc: 2 * memory.pointer(fx + 2) + memory.word(fx + 5),
    ivar: STACK_BASE + memory.word(fx - 1),
    pvar: fx + 10,
  };
  const view = deadImage(memory, new CodeDirectory());
  return { view, frame };
}
