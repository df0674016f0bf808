/** A program, an image or a call of compiled code, and its recorded run: taken for a file, and made again from one. */
import { ImageError, VmFault } from "../base/errors.ts";
import { finish, type IndexSteps } from "../base/steps.ts";
import { DEFAULT_MANAGER, MANAGERS, managerFactory } from "../managers/catalog.ts";
import { expectedValue, isOptionValue } from "../managers/options.ts";
import type { ImageFile } from "../memory/sysout/image-file.ts";
import { enterState, machineSteps } from "../timeline/recording/enter-state.ts";
import type {
  FileIdentity,
  RecordedImage,
  RecordedProgram,
  RecordedRun,
  Recording,
} from "../timeline/recording/recording.ts";
import { ReplayError } from "../timeline/recording/script.ts";
import { HEAP_MB } from "../vm/image/bootstrap.ts";
import { type Ports, quietPorts } from "../vm/ports.ts";
import { digest } from "../vm/state/digest.ts";
import { loadCompiled } from "./compiled-debuggee.ts";
import { Debuggee } from "./debuggee.ts";
import { RunningImage } from "./image/running-image.ts";
import type { ReplayableDebuggee } from "./replayable.ts";

/** Sizes of address spaces, in megabytes. */
const ADDRESS_SPACE_MB = { least: 8, most: 256 };

/**
 * The recording of what runs; null when nothing is recorded. The machine must not move between two steps.
 *
 * @param image the file that an image was read from, and by what it is known: the recording is to refer to it, instead of holding all of memory
 * @throws {VmFault} when it cannot be taken now
 * @throws {ImageError} when the file is none that can run
 */
export function* takeRecording(
  debuggee: ReplayableDebuggee,
  image: { readonly file: ImageFile; readonly identity: FileIdentity } | null = null,
): IndexSteps<Recording | null> {
  const { timeline } = debuggee;
  if (timeline === null) return null;
  const why = timeline.whyNotTaken();
  if (why !== null) throw new VmFault("MemoryError", why);
  const recipe = debuggee.recipe();
  if (recipe.kind !== "image") return { program: recipe, run: yield* timeline.take(started(recipe, null).machine) };
  if (image === null) return { program: { ...recipe, file: null }, run: yield* timeline.take(null) };
  const program = { ...recipe, file: image.identity };
  return { program, run: yield* timeline.take(started(program, image.file).machine) };
}

/**
 * What was recorded, about to run as it did then, once `record` is called. What it prints goes to `write`; it asks nothing of the outside.
 *
 * @param file where the recording was read, for messages
 * @param image the file that the recording refers to; null where it refers to none
 * @throws {ImageError} when this is not the machine that was recorded
 */
export function* replaySteps(
  { program, run }: Recording,
  file: string,
  write: (text: string) => void,
  image: ImageFile | null = null,
): IndexSteps<ReplayableDebuggee> {
  const wrong = (what: string, found: string, expected: string, advice: string) =>
    new ImageError({ file, offsetBytes: 0, what, found, expected, advice });
  const problem = settingsProblem(program);
  if (problem !== null) {
    const advice = "Open it with the version of Conspect that saved it";
    throw wrong("recording of a program that this Conspect cannot run", problem.found, problem.expected, advice);
  }
  const ports = { ...quietPorts(), console: { write } };
  try {
    if (program.kind === "image" && program.file === null) return yield* resumed(program, run, ports);
    yield { phase: "Making the machine", done: 0, total: 1 };
    const { machine } = started(program, image);
    const found = digest(machine);
    if (found === run.made) {
      // What it will enter has to fit: this machine is not needed any more.
      enterState(machine, run.states[0], quietPorts());
      const debuggee = load(program, ports, image);
      debuggee.replay(run);
      return debuggee;
    }
    const advice = "Open it with the version of Conspect that saved it, or record the program again";
    throw wrong("recording of another machine", found, `a machine with the digest ${run.made}`, advice);
  } catch (problem) {
    if (!(problem instanceof VmFault || problem instanceof ReplayError)) throw problem;
    throw wrong("recording that no machine can be made of", problem.message, "a machine", "Get the file again");
  }
}

/** All of `replaySteps` at once. */
export function replayed(...made: Parameters<typeof replaySteps>): ReplayableDebuggee {
  return finish(replaySteps(...made));
}

/** An image whose memory is in the recording. */
function* resumed(program: RecordedImage, run: RecordedRun, ports: Ports): IndexSteps<RunningImage> {
  const [first, ...others] = run.states;
  const debuggee = new RunningImage(yield* machineSteps(program, first, ports), program, true);
  // The machine has the pages: they need not be kept twice.
  const pages = { numbers: new Int32Array(0), contents: new Uint8Array(0) };
  debuggee.replay({ ...run, states: [{ ...first, pages }, ...others] });
  return debuggee;
}

/** A machine of a recorded program, at its first form. @throws {VmFault | ImageError} when there is none */
function started(program: RecordedProgram, image: ImageFile | null): ReplayableDebuggee {
  const debuggee = load(program, quietPorts(), image);
  debuggee.start();
  return debuggee;
}

/** @throws {VmFault | ImageError} when there is no such machine */
function load(program: RecordedProgram, ports: Ports, image: ImageFile | null): ReplayableDebuggee {
  const { managerOptions } = program;
  if (program.kind === "image") {
    if (image === null) throw new VmFault("MemoryError", "the image is missing");
    return RunningImage.load(image, { megabytes: program.megabytes, managerOptions, ports });
  }
  const { manager, heapMB, args } = program;
  const settings = { manager, managerOptions, heapMB, args, ports };
  if (program.kind === "text") {
    const { debuggee } = Debuggee.load({ path: program.path, text: program.text }, settings);
    if (debuggee === null) throw new VmFault("MemoryError", "the text of the program has errors");
    return debuggee;
  }
  const call = { files: program.files, function: program.function, arguments: args };
  const loaded = loadCompiled(call, settings);
  if (loaded.kind === "loaded") return loaded.debuggee;
  throw new VmFault("MemoryError", loaded.problems.join("; "));
}

/** What this Conspect does not know of the settings; null when it knows all. */
function settingsProblem(program: RecordedProgram): { readonly found: string; readonly expected: string } | null {
  const { manager, managerOptions } = program;
  const known = managerFactory(manager);
  const managers = program.kind === "image" ? [DEFAULT_MANAGER] : MANAGERS.map(({ traits }) => traits.name);
  if (known === null || !managers.includes(manager))
    return { found: `manager ${manager}`, expected: managers.join(", ") };
  const [size, { least, most }] =
    program.kind === "image" ? [program.megabytes, ADDRESS_SPACE_MB] : [program.heapMB, HEAP_MB];
  const isWhole = program.kind !== "image" || Number.isInteger(size);
  if (!(isWhole && size >= least && size <= most))
    return { found: `a heap of ${size} MB`, expected: `${least} to ${most} MB` };
  for (const [name, value] of Object.entries(managerOptions)) {
    const option = known.options.find((row) => row.name === name);
    if (option === undefined)
      return { found: `option ${name}`, expected: known.options.map((row) => row.name).join(", ") };
    if (!isOptionValue(option, value)) return { found: `option ${name}: ${value}`, expected: expectedValue(option) };
  }
  return null;
}
