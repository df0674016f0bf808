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

/** Bytes that are read at once for those who ask for few. */
const WINDOW_BYTES = 0x40000;

/** The same file, for who reads small pieces at ascending places: most of them come from what was read ahead. Large pieces are not copied twice. */
export function readingAhead(file: ImageFile): ImageFile {
  const window = new Uint8Array(Math.min(WINDOW_BYTES, file.sizeBytes));
  let start = 0;
  let end = 0;
  return {
    name: file.name,
    sizeBytes: file.sizeBytes,
    read(offsetBytes, into) {
      if (offsetBytes >= file.sizeBytes) return 0;
      if (into.length >= window.length) return file.read(offsetBytes, into);
      if (offsetBytes < start || offsetBytes + into.length > end) {
        start = offsetBytes;
        end = offsetBytes + file.read(offsetBytes, window);
      }
      const length = Math.max(0, Math.min(into.length, end - offsetBytes));
      into.set(window.subarray(offsetBytes - start, offsetBytes - start + length));
      return length;
    },
  };
}

/** Reads single cells at ascending places. */
export class CellReader {
  private readonly file: ImageFile;
  private readonly bytes = new Uint8Array(4);
  private readonly view = new DataView(this.bytes.buffer);

  constructor(file: ImageFile) {
    this.file = readingAhead(file);
  }

  /** The cell at a byte of the file; null when it is not wholly inside. */
  cellAt(offsetBytes: ByteAddress): number | null {
    if (offsetBytes < 0 || this.file.read(offsetBytes, this.bytes) < this.bytes.length) return null;
    return this.view.getUint32(0);
  }
}
