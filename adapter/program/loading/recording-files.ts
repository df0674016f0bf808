/** Recordings on their way to files and back, in steps. */
import { type IndexSteps, ReplayableDebuggee, replaySteps, takeRecording } from "#core";
import { findImage, readRecording, saveRecording, takeWithoutImage } from "#host";
import type { Environment } from "../../run/surroundings.ts";
import type { Replayed } from "../engine.ts";

export const openSteps: Environment["replay"] = function* (path, imagePath, write): IndexSteps<Replayed> {
  const recording = yield* readRecording(path);
  const image = yield* findImage(recording, path, imagePath);
  try {
    const engine = yield* replaySteps(recording, path, write, image);
    return { engine, manager: recording.program.manager };
  } finally {
    image?.close();
  }
};

export const saveSteps: Environment["saveRecording"] = function* (path, engine, isImageLeftOut) {
  if (!(engine instanceof ReplayableDebuggee)) return null;
  const taken = isImageLeftOut ? takeWithoutImage(engine) : takeRecording(engine);
  const recording = yield* taken;
  return recording === null ? null : yield* saveRecording(path, recording);
};
