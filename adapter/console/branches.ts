/** Commands about runs that began by changing the past, about collections that are tried, and about the recording as a file. */
import { finish } from "#core";
import { branchesText, dropBranch, goToBranch } from "../branches/branches.ts";
import { beginTrial, discardTrial, keepTrial } from "../branches/trial.ts";
import { errors } from "../errors.ts";
import { recordingPath, savingSteps } from "../history/save.ts";
import type { Call, Command } from "./command.ts";

const COMMAND = "evaluate";

export const BRANCH_COMMANDS: readonly Command[] = [
  {
    name: "branches",
    takes: "",
    help: "the runs that there are since the past was changed; * is the current one",
    run: ({ context }) => branchesText(context, COMMAND),
  },
  {
    name: "branch drop",
    takes: "NUMBER",
    help: "forgets a run that is not the current one",
    run(call) {
      const number = numberOf(call, "branch drop");
      dropBranch(call.context, COMMAND, number);
      return `run ${number} is forgotten`;
    },
  },
  {
    name: "branch",
    takes: "[NUMBER]",
    help: "goes to another run, as far as it has come; without a number the list of runs",
    run(call) {
      if (call.rest === "") return branchesText(call.context, COMMAND);
      const number = numberOf(call, "branch");
      goToBranch(call.context, COMMAND, number);
      return `going to run ${number}`;
    },
  },
  {
    name: "gc try",
    takes: "",
    help: "begins the next collection as a trial: step through it, then gc keep or gc discard",
    run({ context }) {
      return beginTrial(context, COMMAND).isOpen
        ? "the next collection begins as a trial: gc keep, or gc discard"
        : "what the next collection would do:";
    },
  },
  {
    name: "gc keep",
    takes: "",
    help: "the collection that is tried has happened",
    run({ context }) {
      keepTrial(context, COMMAND);
      return "the collection is kept";
    },
  },
  {
    name: "gc discard",
    takes: "",
    help: "back to before the collection that is tried",
    run({ context }) {
      discardTrial(context, COMMAND);
      return "the collection is discarded";
    },
  },
  {
    name: "recording save",
    takes: "FILE",
    help: "writes what is recorded to a new file",
    run({ context, rest }) {
      const path = recordingPath(context, COMMAND, rest);
      if (context.environment.fileExists(path))
        throw errors.badCommand(`there is a file ${path} already: choose another name`);
      const { bytes } = finish(savingSteps(context, COMMAND, path, false));
      return `saved ${path}, ${bytes} bytes`;
    },
  },
];

function numberOf({ rest }: Call, command: string): number {
  if (!/^\d{1,9}$/.test(rest))
    throw errors.badCommand(`"${command}" takes the number of a run that "branches" lists, not "${rest}"`);
  return Number(rest);
}
