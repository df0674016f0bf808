/**
 * File calls that complete names: …-GETFILENAME, …-DIRECTORYNAMEP, COM-CHANGEDIR. The name is written into a string that Lisp made; the answer is its length.
 * Source: instruction specification, section 2.12; reference VM, `UFS_getfilename`, `DSK_getfilename` and their neighbours.
 */
import type { Pointer } from "../../../base/units.ts";
import { SMALL_POSITIVE } from "../../../memory/layout.ts";
import { isRefusal } from "../../ports.ts";
import type { Processor } from "../../processor.ts";
import { anchorsOf, deviceName, done, fileCall, giveName, nameAt, nothing, pathAt, recognizeOnDisk } from "./device.ts";
import { joinPath, lispDirectory, lispFile, splitPath, unixPath } from "./names.ts";
import { type Recognition, trueName } from "./versions.ts";

/** How a name is to be recognised, as Lisp says it; "non" is for images, which have no versions. */
const RECOGNITIONS: readonly (Recognition | "non" | null)[] = ["old", "oldest", "new", "old/new", null, "non"];

export function recognitionAt(argument: Pointer): Recognition | "non" | null {
  return RECOGNITIONS[argument - SMALL_POSITIVE] ?? null;
}

/** UFS-GETFILENAME (name, recognition, answer, error): names of the host as they are. */
export const completeUnixName = fileCall(3, (m, argument) => {
  const given = nameAt(m, argument(0));
  if (isRefusal(given)) return given;
  const path = pathAt(m, argument(0), false);
  if (isRefusal(path)) return path;
  const how = recognitionAt(argument(1));
  if (how === "old" || how === "oldest") {
    const status = m.ports.files.status(path);
    if (isRefusal(status)) return status;
  }
  return giveName(m, argument(2), lispFile(path, given, false));
});

/** DSK-GETFILENAME (name, recognition, answer, error): names with versions. */
export const completeDiskName = fileCall(3, (m, argument) => {
  const given = nameAt(m, argument(0));
  if (isRefusal(given)) return given;
  const path = pathAt(m, argument(0), true);
  if (isRefusal(path)) return path;
  const how = recognitionAt(argument(1));
  if (how === null) return nothing();
  const { directory, name } = splitPath(path);
  const place = trueName(m.ports.files, directory);
  const isThere = !isRefusal(place) && place.isDirectory;
  if (how === "non") {
    return isThere ? giveName(m, argument(2), lispFile(joinPath(place.path, name), given, false)) : nothing();
  }
  // A file that is to be new may lie in a directory that is not there yet.
  if (!isThere)
    return how === "new" || how === "old/new" ? giveName(m, argument(2), lispFile(path, given, true)) : nothing();
  if (name === "" || isDirectory(m, joinPath(place.path, name))) return nothing();
  const found = recognizeOnDisk(m, path, how);
  if (isRefusal(found)) return found;
  if (isDirectory(m, found.actual)) return nothing();
  return giveName(m, argument(2), lispFile(found.versioned, given, true));
});

function isDirectory(m: Processor, path: string): boolean {
  const found = trueName(m.ports.files, path);
  return !isRefusal(found) && found.isDirectory;
}

/** UFS-DIRECTORYNAMEP (directory, answer, error) */
export const completeUnixDirectory = fileCall(2, (m, argument) => {
  const path = pathAt(m, argument(0), false);
  if (isRefusal(path)) return path;
  const status = m.ports.files.status(path);
  if (isRefusal(status)) return status;
  return status.kind === "directory" ? giveName(m, argument(1), lispDirectory(path)) : nothing();
});

/** DSK-DIRECTORYNAMEP (directory, answer, error) */
export const completeDiskDirectory = fileCall(2, (m, argument) => {
  const path = pathAt(m, argument(0), false);
  if (isRefusal(path)) return path;
  const found = trueName(m.ports.files, path);
  if (isRefusal(found)) return found;
  return found.isDirectory ? giveName(m, argument(1), lispDirectory(found.path)) : nothing();
});

/** COM-CHANGEDIR (full name) */
export const changeDirectory = fileCall(null, (m, argument) => {
  const name = deviceName(m, argument(0));
  if (isRefusal(name)) return name;
  const path = unixPath(name.rest, false, false, anchorsOf(m));
  if (path === null) return nothing();
  const found = trueName(m.ports.files, path);
  if (isRefusal(found) || !found.isDirectory) return nothing();
  return done(m.ports.files.changeDirectory(found.path));
});
