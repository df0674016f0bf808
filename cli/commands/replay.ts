/** `conspect replay`: runs a recording again, and checks that it is the same run. */
import { finish, ImageError, type ReplayableDebuggee, replayed, type StopReason } from "#core";
import { FileError, findImage, readRecording } from "#host";
import { type Command, EXIT_DONE, EXIT_FOUND, InputError, parse, singleFile } from "../command.ts";
import { writeNow } from "../output.ts";

const SLICE_SAFEPOINTS = 5_000_000;
/** A replay that nobody looks back in needs few checkpoints. */
const CHECKPOINTS_MB = 64;

const DETAILS = `
It prints what the program printed. Nothing outside is read or written: what the program got from there is in the recording.
Exit code 0: the replay is the run that was recorded, and the program ended well or the recording ends before. 1: the program failed, or the replay
is another run. 3: the file cannot be used.
A recording that was saved with --leave-image-out needs the file of its image: --image names it; otherwise it is looked for where it was, and beside
the recording.
`;

export const replayCommand: Command = {
  name: "replay",
  synopsis: "replay FILE [--image IMAGE]",
  summary: "run a recording again, print what the program printed, and check that it is the same run",
  details: DETAILS,
  async run(args) {
    const { positionals, values } = parse(args, { image: { type: "string" } });
    const debuggee = load(singleFile(positionals), values.image ?? null);
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

function load(file: string, imagePath: string | null): ReplayableDebuggee {
  try {
    const recording = finish(readRecording(file));
    const image = finish(findImage(recording, file, imagePath));
    try {
      return replayed(recording, file, writeNow, image);
    } finally {
      image?.close();
    }
  } catch (problem) {
    if (problem instanceof FileError || problem instanceof ImageError) throw new InputError(problem.message);
    throw problem;
  }
}

function toEnd(debuggee: ReplayableDebuggee): StopReason {
  const motion = debuggee.continue();
  for (;;) {
    const stop = motion.run(SLICE_SAFEPOINTS);
    if (stop.kind === "finished" || stop.kind === "failed" || stop.kind === "end") return stop;
  }
}
