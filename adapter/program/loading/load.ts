/** From a launch configuration to something that can be debugged. */
import { finish } from "#core";
import type { Context } from "../../context.ts";
import type { Program } from "../../run/run.ts";
import type { Launch } from "../launch-configuration.ts";
import { loadCompiledFile } from "./load-compiled.ts";
import { inspectImage, runImage } from "./load-image.ts";
import { loadRecording } from "./load-recording.ts";
import { loadText } from "./load-text.ts";

/** @throws {RequestError} when the file cannot be read, its text has errors, or it is no usable image */
export function loadProgram(context: Context, launch: Launch): Program {
  const { target } = launch;
  const path = context.sources.pathFromClient(target.path);
  switch (target.kind) {
    case "program":
      return loadText(context, launch, path);
    case "compiled file":
      return loadCompiledFile(context, launch, path, target);
    case "recording":
      return finish(loadRecording(context, launch, target));
    case "image":
      return inspectImage(context, launch, path);
    case "running image":
      return runImage(context, launch, path, target.megabytes);
  }
}
