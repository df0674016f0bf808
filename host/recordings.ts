/** Files of recordings: the bytes of a recording, compressed (gzip). */
import { constants, gunzipSync, gzipSync } from "node:zlib";
import { decodeRecording, encodeRecording, type Recording } from "#core";
import { FileError, openImageFile } from "./images/image-file.ts";
import { saveImage } from "./images/save-image.ts";

const MEGABYTE = 1 << 20;
/** Larger files are not read, nor those that become larger when they are unpacked: a small file can claim to hold any amount. */
const MOST_FILE_MB = 512;
const MOST_UNPACKED_MB = 1024;

/**
 * @throws {FileError} when the file cannot be read, or is not what was saved
 * @throws {ImageError} when it is no recording, of another version, or damaged
 */
export function readRecording(path: string): Recording {
  return decodeRecording(unpacked(path, bytesOf(path)), path);
}

/**
 * The old file of that name stays as it is until the new one is complete.
 * @returns its size in bytes
 * @throws {SaveError}
 */
export function saveRecording(path: string, recording: Recording): number {
  const bytes = gzipSync(encodeRecording(recording), { level: constants.Z_BEST_SPEED });
  saveImage(path, [bytes]);
  return bytes.length;
}

function bytesOf(path: string): Uint8Array {
  const file = openImageFile(path);
  try {
    if (file.sizeBytes > MOST_FILE_MB * MEGABYTE)
      throw new FileError(
        `cannot read ${path}: it has ${file.sizeBytes} bytes, and of a recording at most ${MOST_FILE_MB} MB are read`,
      );
    const bytes = new Uint8Array(file.sizeBytes);
    return bytes.subarray(0, file.read(0, bytes));
  } finally {
    file.close();
  }
}

function unpacked(path: string, bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_UNPACKED_MB * MEGABYTE });
  } catch (problem) {
    const code = problem instanceof Error && "code" in problem ? problem.code : null;
    if (code === "ERR_BUFFER_TOO_LARGE")
      throw new FileError(
        `cannot read ${path}: unpacked it has more than ${MOST_UNPACKED_MB} MB, which no recording should have`,
      );
    const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
    throw new FileError(
      isPacked
        ? `cannot read ${path}: the recording is damaged or cut off: it cannot be unpacked. Get the file again from where it was saved`
        : `cannot read ${path}: it is no recording: expected a file that Conspect has saved as one`,
    );
  }
}
