/** Recordings as bytes in memory: the files of the product, with blocks that are not packed, so that a change of a byte arrives at the reader. */
import { finish } from "../../../core/base/steps.ts";
import { takeRecording } from "../../../core/debuggee/recorded.ts";
import type { ReplayableDebuggee } from "../../../core/debuggee/replayable.ts";
import { decodeRecording, type Packing, recordingPieces } from "../../../core/timeline/recording/format.ts";
import type { Recording } from "../../../core/timeline/recording/recording.ts";

const UNPACKED: Packing = {
  pack: (bytes) => bytes.slice(),
  unpack: (bytes, sizeBytes) => (bytes.length === sizeBytes ? bytes : null),
};

export function encoded(recording: Recording): Uint8Array {
  return new Uint8Array(Buffer.concat([...recordingPieces(recording, UNPACKED)]));
}
export function decoded(bytes: Uint8Array): Recording {
  return finish(decodeRecording(bytes, "test.recording", UNPACKED));
}
/** What is recorded of a run. */
export function taken(debuggee: ReplayableDebuggee): Recording {
  const recording = finish(takeRecording(debuggee));
  if (recording === null) throw new Error("nothing is recorded");
  return recording;
}
