/**
 * Which compiled code stands where in an image: the way from a function header back to names and source text.
 * Host-side: an image from a file has code without an entry here.
 */
import type { ByteAddress, WordAddress } from "../base/units.ts";
import type { CodeBlock } from "../isa/code-block.ts";

/** A code block in an image. */
export interface InstalledBlock {
  /** Address of the function header. */
  readonly header: WordAddress;
  /** Byte address of the first opcode; `pc` of a source span counts from here. */
  readonly codeStart: ByteAddress;
  readonly codeEnd: ByteAddress;
  readonly block: CodeBlock;
  /** Path of the source file; null for the built-in library. */
  readonly path: string | null;
}

export class CodeDirectory {
  private readonly byHeader = new Map<WordAddress, InstalledBlock>();

  add(installed: InstalledBlock): void {
    this.byHeader.set(installed.header, installed);
  }
  remove(header: WordAddress): void {
    this.byHeader.delete(header);
  }
  at(header: WordAddress): InstalledBlock | null {
    return this.byHeader.get(header) ?? null;
  }
  /** The block whose code contains a byte address. */
  containing(pc: ByteAddress): InstalledBlock | null {
    for (const installed of this.byHeader.values()) {
      if (pc >= installed.codeStart && pc < installed.codeEnd) return installed;
    }
    return null;
  }
  all(): IterableIterator<InstalledBlock> {
    return this.byHeader.values();
  }
}
