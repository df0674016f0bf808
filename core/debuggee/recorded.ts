/** A program and its recorded run: taken for a file, and made again from one. */
import { assert, ImageError } from "../base/errors.ts";
import { MANAGERS, managerFactory } from "../managers/catalog.ts";
import { expectedValue, isOptionValue } from "../managers/options.ts";
import type { RecordedProgram, Recording } from "../timeline/recording/recording.ts";
import { HEAP_MB } from "../vm/image/bootstrap.ts";
import { type Ports, quietPorts } from "../vm/ports.ts";
import { digest } from "../vm/state/digest.ts";
import { Debuggee } from "./debuggee.ts";

/**
 * The recording of a program that runs; null when nothing is recorded.
 * @throws {VmFault} when it cannot be taken now
 */
export function takeRecording(debuggee: Debuggee): Recording | null {
  const { source, settings, timeline } = debuggee;
  if (timeline === null) return null;
  const { manager, managerOptions, heapMB, args } = settings;
  const program = { path: source.path, text: source.text, manager, managerOptions, heapMB, args };
  const made = started(program);
  assert(made !== null, "a program that runs does not compile any more");
  return { program, run: timeline.take(made.machine) };
}

/**
 * A program about to begin that will run as it did when it was recorded, once `record` is called. What it prints goes to `write`; it asks nothing of the outside.
 *
 * @param file where the recording was read, for messages
 * @throws {ImageError} when this is not the machine that was recorded
 */
export function replayed({ program, run }: Recording, file: string, write: (text: string) => void): Debuggee {
  const wrong = (what: string, found: string, expected: string, advice: string) =>
    new ImageError({ file, offsetBytes: 0, what, found, expected, advice });
  const problem = settingsProblem(program);
  if (problem !== null) {
    const advice = "Open it with the version of Conspect that saved it";
    throw wrong("recording of a program that this Conspect cannot run", problem.found, problem.expected, advice);
  }
  const made = started(program);
  const debuggee = load(program, { ...quietPorts(), console: { write } });
  const found = made === null ? "no machine, for its text has errors" : digest(made.machine);
  if (debuggee === null || found !== run.made) {
    const advice = "Open it with the version of Conspect that saved it, or record the program again";
    throw wrong("recording of another machine", found, `a machine with the digest ${run.made}`, advice);
  }
  debuggee.replay(run);
  return debuggee;
}

/** A machine of a recorded program, at its first form. */
function started(program: RecordedProgram): Debuggee | null {
  const debuggee = load(program, quietPorts());
  debuggee?.start();
  return debuggee;
}

function load({ path, text, manager, managerOptions, heapMB, args }: RecordedProgram, ports: Ports): Debuggee | null {
  return Debuggee.load({ path, text }, { manager, managerOptions, heapMB, args, ports }).debuggee;
}

/** What this Conspect does not know of the settings; null when it knows all. */
function settingsProblem(program: RecordedProgram): { readonly found: string; readonly expected: string } | null {
  const { manager, managerOptions, heapMB } = program;
  const known = managerFactory(manager);
  if (known === null)
    return { found: `manager ${manager}`, expected: MANAGERS.map(({ traits }) => traits.name).join(", ") };
  if (!(heapMB >= HEAP_MB.least && heapMB <= HEAP_MB.most))
    return { found: `a heap of ${heapMB} MB`, expected: `${HEAP_MB.least} to ${HEAP_MB.most} MB` };
  for (const [name, value] of Object.entries(managerOptions)) {
    const option = known.options.find((row) => row.name === name);
    if (option === undefined)
      return { found: `option ${name}`, expected: known.options.map((row) => row.name).join(", ") };
    if (!isOptionValue(option, value)) return { found: `option ${name}: ${value}`, expected: expectedValue(option) };
  }
  return null;
}
