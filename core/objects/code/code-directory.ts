/**
 * Which compiled code stands where in an image: the way from a function header back to names and source text.
 * Host-side: an image from a file has code without an entry here.
 */
import type { ByteAddress, Pointer, WordAddress } from "../../base/units.ts";
import type { CodeBlock } from "../../isa/code-block.ts";

/** A code block in an image. */
export interface InstalledBlock {
  /** Address of the function header. */
  readonly header: Pointer;
  /** Byte address of the first opcode; `pc` of a source span counts from here. */
  readonly codeStart: ByteAddress;
  readonly codeEnd: ByteAddress;
  readonly block: CodeBlock;
  /** Path of the source file; null for the built-in library. */
  readonly path: string | null;
}

export class CodeDirectory {
  private byHeader = new Map<WordAddress, InstalledBlock>();
  /** Line of an instruction in the source text (`file.cons:12`), for reports; null where there is none. Set by who has the text. */
  lineOf: (site: ByteAddress) => string | null = () => null;
  /** Another number whenever the directory is not what it was. */
  generation = 0;
  /** By address; made when it is asked for. */
  private sorted: readonly InstalledBlock[] | null = null;
  /** What `save` has answered, while it is true. */
  private saved: ReadonlyMap<WordAddress, InstalledBlock> | null = null;

  add(installed: InstalledBlock): void {
    this.byHeader.set(installed.header, installed);
    this.changed();
  }
  /** As `add`, where other code may have stood before: that is gone. */
  replace(installed: InstalledBlock): void {
    for (const { header, codeStart, codeEnd } of this.byHeader.values()) {
      if (codeStart < installed.codeEnd && codeEnd > installed.codeStart) this.byHeader.delete(header);
    }
    this.add(installed);
  }
  remove(header: WordAddress): void {
    if (this.byHeader.delete(header)) this.changed();
  }
  at(header: WordAddress): InstalledBlock | null {
    return this.byHeader.get(header) ?? null;
  }
  /** The block whose code contains a byte address. */
  containing(pc: ByteAddress): InstalledBlock | null {
    this.sorted ??= [...this.byHeader.values()].sort((a, b) => a.codeStart - b.codeStart);
    let low = 0;
    let high = this.sorted.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const installed = this.sorted[middle] as InstalledBlock;
      if (pc < installed.codeStart) high = middle - 1;
      else if (pc >= installed.codeEnd) low = middle + 1;
      else return installed;
    }
    return null;
  }
  all(): IterableIterator<InstalledBlock> {
    return this.byHeader.values();
  }

  /** What the directory knows now, for `restore`. */
  save(): ReadonlyMap<WordAddress, InstalledBlock> {
    this.saved ??= new Map(this.byHeader);
    return this.saved;
  }
  restore(saved: ReadonlyMap<WordAddress, InstalledBlock>): void {
    if (this.saved === saved) return;
    this.byHeader = new Map(saved);
    this.changed();
    this.saved = saved;
  }
  private changed(): void {
    this.sorted = null;
    this.saved = null;
    this.generation++;
  }
}

/**
 * Function that holds an instruction, with the line in its source text (`make-ring, file.cons:12`), or else its distance in bytes from the first instruction:
 * `make-ring+12`. Empty for code that the directory does not know.
 */
export function siteName(code: CodeDirectory, site: ByteAddress): string {
  const installed = code.containing(site);
  if (installed === null) return "";
  const line = code.lineOf(site);
  return line === null ? `${installed.block.name}+${site - installed.codeStart}` : `${installed.block.name}, ${line}`;
}
