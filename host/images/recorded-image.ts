/** Image files that recordings refer to: by what they are known, and where they are looked for. */
import { createHash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import {
  type FileIdentity,
  type ImageFile,
  type IndexSteps,
  type Recording,
  type ReplayableDebuggee,
  takeRecording,
} from "#core";
import { FileError, type OpenedFile, openImageFile } from "./image-file.ts";

/** Bytes that are read in a step. */
const STEP_BYTES = 1 << 21;

/**
 * The recording of what runs, as `takeRecording` makes it; that of an image names its file instead of holding its memory.
 *
 * @throws {FileError | ImageError} when the file of the image is not there any more, or cannot run
 * @throws {VmFault} when the recording cannot be taken now
 */
export function* takeWithoutImage(debuggee: ReplayableDebuggee): IndexSteps<Recording | null> {
  const program = debuggee.recipe();
  if (program.kind !== "image") return yield* takeRecording(debuggee);
  const file = openImageFile(program.path);
  try {
    return yield* takeRecording(debuggee, { file, identity: yield* identityOf(file) });
  } finally {
    file.close();
  }
}

function* identityOf(file: ImageFile): IndexSteps<FileIdentity> {
  const { sizeBytes } = file;
  const hash = createHash("sha256");
  const buffer = new Uint8Array(Math.min(STEP_BYTES, sizeBytes));
  for (let from = 0; from < sizeBytes; from += STEP_BYTES) {
    yield { phase: "Identifying the image", done: from, total: sizeBytes };
    hash.update(buffer.subarray(0, file.read(from, buffer)));
  }
  return { sizeBytes, sha256: hash.digest("hex") };
}

/**
 * The image file that a recording refers to, opened; null when it refers to none. Without a path that somebody has named, it is looked for where it was, and
 * beside the recording.
 *
 * @throws {FileError} when it is not there; the message says what was found instead
 */
export function* findImage(
  { program }: Recording,
  recordingPath: string,
  named: string | null,
): IndexSteps<OpenedFile | null> {
  if (program.kind !== "image" || program.file === null) return null;
  const usual = [program.path, join(dirname(recordingPath), basename(program.path))];
  const seen: string[] = [];
  for (const path of new Set(named === null ? usual : [named])) {
    const found = yield* examined(path, program.file);
    if (typeof found !== "string") return found;
    seen.push(`${path}: ${found}`);
  }
  throw new FileError(
    `${recordingPath} does not hold the image that ran. It needs ${identityText(program.file)}; found ${seen.join("; ")}. Name that file beside the recording ("image" in a launch configuration, --image on the command line), or ask for a recording that holds its image`,
  );
}

/** The file when it is the wanted one; otherwise what it is, in words. */
function* examined(path: string, wanted: FileIdentity): IndexSteps<OpenedFile | string> {
  let file: OpenedFile;
  try {
    file = openImageFile(path);
  } catch (problem) {
    if (problem instanceof FileError) return problem.message;
    throw problem;
  }
  let isWanted = false;
  try {
    const found = yield* identityOf(file);
    isWanted = found.sizeBytes === wanted.sizeBytes && found.sha256 === wanted.sha256;
    return isWanted ? file : identityText(found);
  } finally {
    if (!isWanted) file.close();
  }
}

function identityText({ sizeBytes, sha256 }: FileIdentity): string {
  return `a file of ${sizeBytes} bytes with the SHA-256 ${sha256}`;
}
