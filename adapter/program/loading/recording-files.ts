/** Recordings on their way to files and back, in steps. */
import { type IndexSteps, type Recording, ReplayableDebuggee, replaySteps, takeRecording } from "#core";
import { findImage, readRecording, saveRecording, takeWithoutImage } from "#host";
import type { Environment } from "../../run/surroundings.ts";
import type { Replayed } from "../engine.ts";

export const openSteps: Environment["replay"] = function* (path, imagePath, write): IndexSteps<Replayed> {
  return yield* replayedFrom(yield* readRecording(path), path, imagePath, write);
};

/** Another machine of the same recording is made of what was read: the file may hold another run by then. */
function* replayedFrom(
  recording: Recording,
  path: string,
  imagePath: string | null,
  write: (text: string) => void,
): IndexSteps<Replayed> {
  const image = yield* findImage(recording, path, imagePath);
  try {
    const engine = yield* replaySteps(recording, path, write, image);
    const again = (show: typeof write) => replayedFrom(recording, path, imagePath, show);
    return { engine, manager: recording.program.manager, again };
  } finally {
    image?.close();
  }
}

export const saveSteps: Environment["saveRecording"] = function* (path, engine, isImageLeftOut) {
  if (!(engine instanceof ReplayableDebuggee)) return null;
  const taken = isImageLeftOut ? takeWithoutImage(engine) : takeRecording(engine);
  const recording = yield* taken;
  return recording === null ? null : yield* saveRecording(path, recording);
};
