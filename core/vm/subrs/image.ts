/** VMEMSAVE: the program saves the image that it runs in. Source: memory specification, section 6.8; reference VM, `vmemsave.c`. */
import type { Pointer } from "../../base/units.ts";
import { NIL, SMALL_POSITIVE } from "../../memory/layout.ts";
import { writeSysout } from "../../memory/sysout/write-sysout.ts";
import { prepareSave } from "../image/prepare-save.ts";
import { isRefusal, SAVE_FAILURE } from "../ports.ts";
import type { Processor } from "../processor.ts";
import type { Subr } from "./arguments.ts";
import { anchorsOf, nameAt } from "./files/device.ts";
import { splitHost, unixPath } from "./files/names.ts";
import { nativeLength } from "./text/native-strings.ts";

/**
 * (name or nothing): NIL when the image is saved, else a small integer that says why not. Memory is written as it stands: Lisp has arranged
 * the frame that the image goes on with.
 */
export const saveMemory: Subr = (m, args) => {
  const isNamed = nativeLength(m, args.pointer(0)) !== null;
  const path = isNamed ? pathOf(m, args.pointer(0)) : null;
  if (isNamed && path === null) return SMALL_POSITIVE + SAVE_FAILURE.badName;
  const undo = prepareSave(m.memory);
  const failure = m.ports.images.save(path, writeSysout(m.memory));
  // The reference VM looks for the file first, and only then writes down what is going to be saved.
  if (failure === SAVE_FAILURE.badName || failure === SAVE_FAILURE.cannotOpen) undo();
  return failure === null ? NIL : SMALL_POSITIVE + failure;
};

/** The Unix path of a name with or without a host, whichever host it is; a version belongs to the name. */
function pathOf(m: Processor, string: Pointer): string | null {
  const name = nameAt(m, string);
  if (isRefusal(name)) return null;
  return unixPath(splitHost(name)?.rest ?? name, false, false, anchorsOf(m))?.replace(/^\/+/, "/") ?? null;
}
