/** `conspect replay`: runs a recording again, and checks that it is the same run. */
import { type Debuggee, ImageError, type Recording, replayed, type StopReason } from "#core";
import { FileError, readRecording } from "#host";
import { type Command, EXIT_DONE, EXIT_FOUND, InputError, parse, singleFile } from "../command.ts";
import { writeNow } from "../output.ts";

const SLICE_SAFEPOINTS = 5_000_000;
/** A replay that nobody looks back in needs few checkpoints. */
const CHECKPOINTS_MB = 64;

const DETAILS = `
It prints what the program printed. Nothing outside is read or written: what the program got from there is in the recording.
Exit code 0: the replay is the run that was recorded, and the program ended well or the recording ends before. 1: the program failed, or the replay
is another run. 3: the file cannot be used.
`;

export const replayCommand: Command = {
  name: "replay",
  synopsis: "replay FILE",
  summary: "run a recording again, print what the program printed, and check that it is the same run",
  details: DETAILS,
  async run(args) {
    const { positionals } = parse(args, {});
    const debuggee = load(singleFile(positionals));
    debuggee.start();
    debuggee.record(CHECKPOINTS_MB);
    const stop = toEnd(debuggee);
    if (stop.kind === "failed") {
      process.stderr.write(`${debuggee.exceptionReport(stop).text}\n`);
      return EXIT_FOUND;
    }
    if (stop.kind !== "end") return stop.kind === "finished" && stop.status !== 0 ? EXIT_FOUND : EXIT_DONE;
    if (stop.problem === null) return EXIT_DONE;
    process.stderr.write(`conspect replay: ${stop.problem}\n`);
    return EXIT_FOUND;
  },
};

function load(file: string): Debuggee {
  try {
    const recording: Recording = readRecording(file);
    return replayed(recording, file, writeNow);
  } catch (problem) {
    if (problem instanceof FileError || problem instanceof ImageError) throw new InputError(problem.message);
    throw problem;
  }
}

function toEnd(debuggee: Debuggee): StopReason {
  const motion = debuggee.continue();
  for (;;) {
    const stop = motion.run(SLICE_SAFEPOINTS);
    if (stop.kind === "finished" || stop.kind === "failed" || stop.kind === "end") return stop;
  }
}
