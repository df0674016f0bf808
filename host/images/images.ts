/** The image port: where a program may save the image that it runs in. */
import { posix } from "node:path";
import { type EnvironmentPort, type ImagePort, isRefusal, SAVE_FAILURE, UNIX_ERROR } from "#core";
import type { Confinement } from "../confinement.ts";
import { SaveError, saveImage } from "./save-image.ts";

/** Name that the reference VM takes when it is given none. */
const UNNAMED = "lisp.virtualmem";

/** Environment variable that names the file instead. */
const NAMED_BY = "LDEDESTSYSOUT";

/**
 * @param confinement directories that the program was granted: images go only where it may write
 * @param environment what the program sees of the environment: it may say where an image without a name goes
 */
export function imagesOf(confinement: Confinement, environment: EnvironmentPort): ImagePort {
  return {
    save(name, pieces) {
      const path = name ?? environment.variable(NAMED_BY) ?? unnamed(confinement);
      const target = path === null ? null : confinement.target(path);
      if (target === null) return SAVE_FAILURE.cannotOpen;
      if (isRefusal(target)) {
        return target.refused === UNIX_ERROR.nameTooLong ? SAVE_FAILURE.badName : SAVE_FAILURE.cannotOpen;
      }
      if (!target.writable) return SAVE_FAILURE.cannotOpen;
      try {
        saveImage(target.path, pieces);
        return null;
      } catch (problem) {
        if (problem instanceof SaveError) return problem.failure;
        throw problem;
      }
    },
  };
}

/** A file in the first directory that the program may write to; null when there is none. */
function unnamed(confinement: Confinement): string | null {
  const home = confinement.writableHome;
  return home === null ? null : posix.join(home, UNNAMED);
}
