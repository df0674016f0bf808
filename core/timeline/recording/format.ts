/**
 * A recording as a file: a magic, a version, and the bytes of plain values in packed blocks (`docs/recording-format.md`). Who has the file packs and unpacks
 * the blocks. Reading believes nothing.
 */
import { ImageError } from "../../base/errors.ts";
import type { IndexSteps } from "../../base/steps.ts";
import { decodePlain, PlainDataError } from "./plain-reader.ts";
import { plainPieces } from "./plain-writer.ts";
import type { Recording } from "./recording.ts";
import { checkRecording } from "./recording-shape.ts";
import { ShapeError } from "./shape.ts";

/** How blocks are made smaller; gzip in files. */
export interface Packing {
  pack(bytes: Uint8Array): Uint8Array;
  /** Null for what `pack` has not made, or not of so many bytes. */
  unpack(packed: Uint8Array, sizeBytes: number): Uint8Array | null;
}

/** The first bytes of a recording. */
const MAGIC = "CONSPECT RECORDING\n";
/** Goes up whenever an older Conspect could not read what a newer one writes, or the other way round. */
export const RECORDING_VERSION = 2;
const VERSION_AT = MAGIC.length;
const BLOCKS_AT = VERSION_AT + 4;
/** Before each block: how many bytes it has packed, and unpacked. Behind the last one stand two zeros. */
const BLOCK_HEAD = 8;
/** Bytes of a block, unpacked, at most. */
const BLOCK_BYTES = 0x40000;
/** More is not read, nor written. */
const MOST_UNPACKED = 0x40000000;
/** Version 1 was a gzip file. */
const GZIP_MAGIC = [0x1f, 0x8b] as const;
const AGAIN = "Get the file again from where it was saved";
const OTHER_VERSION = "Open it with the version of Conspect that saved it, or record the program again";

/** The file, in pieces; nothing of the recording must change before the last one. */
export function* recordingPieces(recording: Recording, { pack }: Packing): Generator<Uint8Array, void> {
  const head = new Uint8Array(BLOCKS_AT);
  for (let i = 0; i < MAGIC.length; i++) head[i] = MAGIC.charCodeAt(i);
  new DataView(head.buffer).setUint32(VERSION_AT, RECORDING_VERSION, true);
  yield head;
  const block = new Uint8Array(BLOCK_BYTES);
  let held = 0;
  for (const piece of plainPieces(recording)) {
    for (let from = 0; from < piece.length; ) {
      const part = piece.subarray(from, from + BLOCK_BYTES - held);
      block.set(part, held);
      held += part.length;
      from += part.length;
      if (held < BLOCK_BYTES) continue;
      yield* packedBlock(block, pack);
      held = 0;
    }
  }
  if (held > 0) yield* packedBlock(block.subarray(0, held), pack);
  yield new Uint8Array(BLOCK_HEAD);
}

function* packedBlock(bytes: Uint8Array, pack: Packing["pack"]): Generator<Uint8Array, void> {
  const packed = pack(bytes);
  const head = new DataView(new ArrayBuffer(BLOCK_HEAD));
  head.setUint32(0, packed.length, true);
  head.setUint32(4, bytes.length, true);
  yield new Uint8Array(head.buffer);
  yield packed;
}

/**
 * @param name of the file, for messages
 * @throws {ImageError} when the bytes are no recording of this version, or a damaged one
 */
export function* decodeRecording(bytes: Uint8Array, name: string, packing: Packing): IndexSteps<Recording> {
  const file = new RecordingFile(bytes, name);
  file.checkHead();
  const body = yield* file.body(packing);
  try {
    const steps = decodePlain(body);
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) yield { phase: "Reading the recording", done: 1, total: 2 };
    return checkRecording(step.value);
  } catch (problem) {
    if (problem instanceof PlainDataError)
      throw file.wrong(problem.offsetBytes, "damaged recording, unpacked", problem.found, problem.expected);
    if (problem instanceof ShapeError)
      throw file.wrong(BLOCKS_AT, `damaged recording: recording${problem.where}`, problem.found, problem.expected);
    throw problem;
  }
}

class RecordingFile {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly name: string;

  constructor(bytes: Uint8Array, name: string) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.name = name;
  }

  wrong(offsetBytes: number, what: string, found: string, expected: string, advice = AGAIN): ImageError {
    return new ImageError({ file: this.name, offsetBytes, what, found, expected, advice });
  }

  checkHead(): void {
    const { bytes, view } = this;
    if (GZIP_MAGIC.every((byte, i) => bytes[i] === byte)) throw this.otherVersion(0, 1);
    for (let i = 0; i < MAGIC.length; i++) {
      if (bytes[i] === MAGIC.charCodeAt(i)) continue;
      const advice = "Name a file that Conspect has saved as one";
      throw this.wrong(i, "it is no recording", "other first bytes", JSON.stringify(MAGIC), advice);
    }
    if (bytes.length < BLOCKS_AT) throw this.wrong(bytes.length, "damaged recording", "the end", "a version");
    const version = view.getUint32(VERSION_AT, true);
    if (version !== RECORDING_VERSION) throw this.otherVersion(VERSION_AT, version);
  }
  private otherVersion(at: number, version: number): ImageError {
    return this.wrong(at, "recording of another version", `version ${version}`, `${RECORDING_VERSION}`, OTHER_VERSION);
  }

  /** All blocks, unpacked. Their sizes are checked before there is room made for them. */
  *body({ unpack }: Packing): IndexSteps<Uint8Array> {
    const total = this.bodySize();
    const body = new Uint8Array(total);
    let at = BLOCKS_AT;
    for (let done = 0; done < total; ) {
      yield { phase: "Unpacking the recording", done, total };
      const [packed, size] = this.blockAt(at);
      const content = unpack(this.bytes.subarray(at + BLOCK_HEAD, at + BLOCK_HEAD + packed), size);
      if (content === null)
        throw this.wrong(at, "damaged recording", "a block that cannot be unpacked", `${size} bytes`);
      body.set(content, done);
      done += size;
      at += BLOCK_HEAD + packed;
    }
    return body;
  }

  private bodySize(): number {
    let total = 0;
    for (let at = BLOCKS_AT; ; ) {
      const [packed, size] = this.blockAt(at);
      at += BLOCK_HEAD + packed;
      total += size;
      if (total > MOST_UNPACKED)
        throw this.wrong(at, "damaged recording", "more blocks", `at most ${MOST_UNPACKED} bytes, unpacked`);
      if (size > 0) continue;
      if (at !== this.bytes.length)
        throw this.wrong(at, "damaged recording", `${this.bytes.length - at} bytes more`, "the end of the file");
      return total;
    }
  }

  private blockAt(at: number): readonly [packed: number, size: number] {
    const left = this.bytes.length - at - BLOCK_HEAD;
    if (left < 0) throw this.wrong(this.bytes.length, "damaged recording", "the end of the file", "a block");
    const packed = this.view.getUint32(at, true);
    const size = this.view.getUint32(at + 4, true);
    if (packed > left)
      throw this.wrong(
        at,
        "damaged recording",
        `the end of the file after ${left} bytes`,
        `a block of ${packed} bytes`,
      );
    if (size > BLOCK_BYTES || (size === 0) !== (packed === 0))
      throw this.wrong(at, "damaged recording", `a block of ${size} bytes`, `1 to ${BLOCK_BYTES} bytes, unpacked`);
    return [packed, size];
  }
}
