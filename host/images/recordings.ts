/** Files of recordings: their blocks are packed with gzip, which has a check sum. */
import { constants, gunzipSync, gzipSync } from "node:zlib";
import { decodeRecording, type IndexSteps, type Packing, type Recording, recordingPieces } from "#core";
import { FileError, openImageFile } from "./image-file.ts";
import { saveSteps } from "./save-image.ts";

const MEGABYTE = 1 << 20;
/** Larger files are not read. */
const MOST_FILE_MB = 512;
/** Bytes that are read in a step. */
const STEP_BYTES = 4 * MEGABYTE;

const GZIP: Packing = {
  pack: (bytes) => gzipSync(bytes, { level: constants.Z_BEST_SPEED }),
  unpack(packed, sizeBytes) {
    try {
      const bytes = gunzipSync(packed, { maxOutputLength: sizeBytes });
      return bytes.length === sizeBytes ? bytes : null;
    } catch {
      return null;
    }
  },
};

/**
 * @throws {FileError} when the file cannot be read
 * @throws {ImageError} when it is no recording, of another version, or damaged
 */
export function* readRecording(path: string): IndexSteps<Recording> {
  return yield* decodeRecording(yield* bytesOf(path), path, GZIP);
}

/**
 * The old file of that name stays as it is until the new one is complete, or for good when the steps are broken off.
 * @returns its size in bytes
 * @throws {SaveError}
 */
export function* saveRecording(path: string, recording: Recording): IndexSteps<number> {
  const total = recording.run.states.reduce((sum, { pages }) => sum + pages.contents.length, 1);
  let unpacked = 0;
  const counting: Packing = {
    ...GZIP,
    pack(bytes) {
      unpacked += bytes.length;
      return GZIP.pack(bytes);
    },
  };
  let size = 0;
  for (size of saveSteps(path, recordingPieces(recording, counting)))
    yield { phase: "Writing the recording", done: Math.min(unpacked, total), total };
  return size;
}

function* bytesOf(path: string): IndexSteps<Uint8Array> {
  const file = openImageFile(path);
  try {
    if (file.sizeBytes > MOST_FILE_MB * MEGABYTE)
      throw new FileError(
        `cannot read ${path}: it has ${file.sizeBytes} bytes, and of a recording at most ${MOST_FILE_MB} MB are read`,
      );
    const bytes = new Uint8Array(file.sizeBytes);
    let length = 0;
    for (let from = 0; from < bytes.length; from += STEP_BYTES) {
      yield { phase: "Reading the file", done: from, total: bytes.length };
      length += file.read(from, bytes.subarray(from, from + STEP_BYTES));
    }
    return bytes.subarray(0, length);
  } finally {
    file.close();
  }
}
