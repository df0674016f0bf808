/** How the core reads a file: by asking whoever opened it. Numbers in files are big-endian, as in memory. */
import type { ByteAddress } from "../../base/units.ts";

export interface ImageFile {
  /** Path or other name, for messages. */
  readonly name: string;
  readonly sizeBytes: number;
  /**
   * Reads from `offsetBytes` into the whole of `into`.
   * @returns bytes read; fewer than asked for at the end of the file only
   */
  read(offsetBytes: number, into: Uint8Array): number;
}

/** A file that lies in memory. */
export function bytesFile(name: string, bytes: Uint8Array): ImageFile {
  return {
    name,
    sizeBytes: bytes.length,
    read(offsetBytes, into) {
      const piece = bytes.subarray(offsetBytes, offsetBytes + into.length);
      into.set(piece);
      return piece.length;
    },
  };
}

/** Bytes that a `CellReader` holds. */
const WINDOW_BYTES = 65536;

/** Reads single cells at ascending places without a call to the file for each. */
export class CellReader {
  private readonly file: ImageFile;
  private readonly window = new Uint8Array(WINDOW_BYTES);
  private readonly view = new DataView(this.window.buffer);
  private start = 0;
  private end = 0;

  constructor(file: ImageFile) {
    this.file = file;
  }

  /** The cell at a byte of the file; null when it is not wholly inside. */
  cellAt(offsetBytes: ByteAddress): number | null {
    if (offsetBytes < 0 || offsetBytes + 4 > this.file.sizeBytes) return null;
    if (offsetBytes < this.start || offsetBytes + 4 > this.end) {
      this.start = offsetBytes;
      this.end = offsetBytes + this.file.read(offsetBytes, this.window);
      if (offsetBytes + 4 > this.end) return null;
    }
    return this.view.getUint32(offsetBytes - this.start);
  }
}
