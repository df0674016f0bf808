/** Dead images for tests: a program is run to a place, and its machine's memory is put to rest as saving it would. */
import { deadImage, type ImageView } from "../../../core/inspect/image-view.ts";
import { IFPAGE, interfaceWord } from "../../../core/memory/interface-page.ts";
import { STACK_BASE } from "../../../core/memory/layout.ts";
import { writeSysout } from "../../../core/memory/sysout/write-sysout.ts";
import type { VirtualMemory } from "../../../core/memory/virtual-memory.ts";
import { CodeDirectory } from "../../../core/objects/code/code-directory.ts";
import { FRAME_WORDS } from "../../../core/objects/code/frames.ts";
import type { Machine } from "../../../core/vm/machine.ts";
import { debuggeeFor, runMotion } from "../lisp/debuggee.ts";

/** The image of a program that stands at the first form of a function, as a file of it would be. */
export function imageStoppedIn(text: string, functionName: string): ImageView {
  const { debuggee } = debuggeeFor(text);
  const entry = debuggee.functionEntries(functionName)[0];
  if (entry === undefined) throw new Error(`there is no function ${functionName}`);
  debuggee.setBreakpoints([entry.pc]);
  const stop = runMotion(debuggee.continue());
  if (stop.kind !== "breakpoint") throw new Error(`the program did not come to ${functionName}: ${stop.kind}`);
  return atRest(debuggee.machine);
}

/** Writes the registers into the frame that runs, as they lie when it waits. */
export function atRest(machine: Machine): ImageView {
  const { memory } = machine;
  const { pc, func, pvar, csp, tos, esp } = machine.registers();
  const fx = pvar - FRAME_WORDS;
  memory.setCell(csp, tos);
  const next = csp + 2;
  memory.setWord(next, 0xa000);
  memory.setWord(next + 1, esp - next);
  memory.setWord(fx + 4, next - STACK_BASE);
  memory.setWord(fx + 5, pc - 2 * func);
  memory.setWord(interfaceWord(IFPAGE.currentFx), fx - STACK_BASE);
  return deadImage(memory, new CodeDirectory());
}

/** The bytes of a file of such an image. */
export function savedIn(text: string, functionName: string): Uint8Array {
  return fileBytes(imageStoppedIn(text, functionName).memory);
}
export function fileBytes(memory: VirtualMemory): Uint8Array {
  return new Uint8Array(Buffer.concat([...writeSysout(memory)]));
}
