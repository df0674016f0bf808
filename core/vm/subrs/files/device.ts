/** What the file calls have in common: full names with their device, names with a version, and what goes back to Lisp. */
import type { Pointer } from "../../../base/units.ts";
import { NIL, SMALL_POSITIVE, T } from "../../../memory/layout.ts";
import { isRefusal, type Refusal } from "../../ports.ts";
import type { Processor } from "../../processor.ts";
import type { Subr } from "../arguments.ts";
import { nativeLength, nativeText, storeNumber, storeText } from "../text/native-strings.ts";
import { type Anchors, splitHost, splitPath, splitVersion, unixPath } from "./names.ts";
import { familyOf, type Recognition, type Recognized, recognize, trueName } from "./versions.ts";

const LONGEST_PATH = 4095;
/** What Lisp takes for "the name is too long"; no number of Unix. */
const NAME_TOO_LONG: Refusal = { refused: 200 };
const NO_FILE: Refusal = { refused: 0 };

/**
 * A call that can fail: its refusal goes into the box of error number `errorBox`, and the call answers NIL. The number 0 is no error to Lisp: it
 * means that there is nothing.
 */
export function fileCall(
  errorBox: number | null,
  call: (m: Processor, argument: (i: number) => Pointer) => Pointer | Refusal,
): Subr {
  return (m, args) => {
    const answer = call(m, (i) => args.pointer(i));
    if (!isRefusal(answer)) return answer;
    if (errorBox !== null && answer.refused !== 0) storeNumber(m, args.pointer(errorBox), answer.refused);
    return NIL;
  };
}

/** Nothing is there, or the name is none: Lisp gets NIL and no error. */
export function nothing(): Refusal {
  return NO_FILE;
}
/** An action that has no answer of its own. */
export function done(refusal: null | Refusal): Pointer | Refusal {
  return refusal ?? T;
}

export function anchorsOf(m: Processor): Anchors {
  return {
    currentDirectory: () => m.ports.files.currentDirectory(),
    // The homes of other users are none of a program's business.
    home: (user) => (user === "" ? m.ports.environment.variable("HOME") : null),
  };
}

/** A file name in a Lisp string. */
export function nameAt(m: Processor, string: Pointer): string | Refusal {
  const length = nativeLength(m, string);
  if (length === null) return nothing();
  if (length > LONGEST_PATH) return NAME_TOO_LONG;
  return nativeText(m, string, LONGEST_PATH) ?? nothing();
}

/** The Unix path of a Lisp name without host. */
export function pathAt(m: Processor, string: Pointer, versioned: boolean): string | Refusal {
  const name = nameAt(m, string);
  return isRefusal(name) ? name : (unixPath(name, versioned, false, anchorsOf(m)) ?? nothing());
}

export interface DevicePath {
  readonly isVersioned: boolean;
  readonly path: string;
}

/** `{DSK}` or `{UNIX}` and the rest of a full name. */
export function deviceName(m: Processor, string: Pointer): { isVersioned: boolean; rest: string } | Refusal {
  const name = nameAt(m, string);
  if (isRefusal(name)) return name;
  const split = splitHost(name);
  if (split === null || (split.host !== "DSK" && split.host !== "UNIX")) return nothing();
  return { isVersioned: split.host === "DSK", rest: split.rest };
}

/** The path of a full name. */
export function devicePath(m: Processor, string: Pointer): DevicePath | Refusal {
  const name = deviceName(m, string);
  if (isRefusal(name)) return name;
  const path = unixPath(name.rest, name.isVersioned, false, anchorsOf(m));
  return path === null ? nothing() : { isVersioned: name.isVersioned, path };
}

/** A file on {DSK}: its directory must be there. */
export function recognizeOnDisk(m: Processor, path: string, how: Recognition): Recognized | Refusal {
  const { directory, name } = splitPath(path);
  const place = trueName(m.ports.files, directory);
  if (isRefusal(place)) return place;
  if (!place.isDirectory) return nothing();
  const family = familyOf(m.ports.files, place.path, name);
  if (isRefusal(family)) return family;
  return recognize(family, splitVersion(name).version, how) ?? nothing();
}

/** The path under which a full name's file is reached: on {DSK} its newest version, or the one that is named. */
export function existingPath(m: Processor, string: Pointer): string | Refusal {
  const file = devicePath(m, string);
  if (isRefusal(file) || !file.isVersioned) return isRefusal(file) ? file : file.path;
  if (file.path.endsWith("/")) {
    const place = trueName(m.ports.files, file.path);
    return isRefusal(place) ? place : place.path;
  }
  const found = recognizeOnDisk(m, file.path, "old");
  return isRefusal(found) ? found : found.actual;
}

/** Writes a name for Lisp, and answers its length. */
export function giveName(m: Processor, string: Pointer, name: string): Pointer | Refusal {
  const length = storeText(m, string, name, false);
  return length === null ? NAME_TOO_LONG : SMALL_POSITIVE + length;
}
