/** Commands about the past. */
import { finish, isSymbol, momentText } from "#core";
import { errors } from "../errors.ts";
import { historyText } from "../history/answer.ts";
import { askedByText } from "../history/asked.ts";
import { seekCulprit } from "../history/culprit.ts";
import { ask, type Question } from "../history/questions.ts";
import { depart, motionTo } from "../history/travel.ts";
import type { Call, Command } from "./command.ts";

const COMMAND = "evaluate";

function question(name: string, what: Question, help: string, nothing: string): Command {
  const steps = ({ context, rest, frame }: Call) =>
    ask(context, COMMAND, what, askedByText(context, COMMAND, rest, frame));
  return {
    name,
    takes: "EXPR",
    help,
    prepare: steps,
    run: (call) => historyText(finish(steps(call)), call.rest, nothing),
  };
}

const life = question("history", "biography", "", "nothing happened to it");
const writes = question("history", "wrote", "", "not written");

export const TIME_COMMANDS: readonly Command[] = [
  question(
    "who wrote",
    "wrote",
    "the last writes into the place that EXPR names, or into the cell at an address",
    "not written",
  ),
  question(
    "who counted",
    "counted",
    "the last changes of the reference count of an object",
    "its count did not change",
  ),
  question("who allocated", "allocated", "where an object comes from", "not allocated"),
  question("who freed", "freed", "who freed what was at an address", "not freed"),
  {
    name: "history",
    takes: "EXPR",
    help: "the life of an object; of a place that holds none, the last writes",
    prepare: (call) => chosen(call).prepare?.(call) ?? nothingToDo(),
    run: (call) => chosen(call).run(call),
  },
  {
    name: "moments",
    takes: "",
    help: "how far the recording reaches, and where the program stands in it",
    run({ context }) {
      const extent = context.stoppedEngine(COMMAND).extent();
      if (extent === null) throw errors.notRecorded(COMMAND);
      const { from, now, to } = extent;
      return `start ${momentText(from)}\nnow   ${momentText(now)}\nend   ${momentText(to)}`;
    },
  },
  {
    name: "goto",
    takes: "MOMENT|start|end",
    help: "travels to a moment of the recording",
    run({ context, rest }) {
      depart(context, motionTo(context, COMMAND, rest));
      return `going to ${rest}`;
    },
  },
  {
    name: "back",
    takes: "",
    help: "runs backwards to the stop before",
    run({ context }) {
      const motion = context.stoppedEngine(COMMAND).reverseContinue();
      if (motion === null) throw errors.notRecorded(COMMAND);
      depart(context, motion);
      return "going back";
    },
  },
  {
    name: "guilty",
    takes: "",
    help: "goes back to the instruction that broke the heap",
    run({ context }) {
      seekCulprit(context, COMMAND);
      return "looking for the instruction that broke the heap";
    },
  },
];

/** A symbol lives for ever: what is asked for is how it came to the place. */
function chosen({ context, rest, frame }: Call): Command {
  const { object, cell } = askedByText(context, COMMAND, rest, frame);
  const { memory } = context.stoppedEngine(COMMAND).view();
  return object === null || (cell !== null && isSymbol(memory, object)) ? writes : life;
}
function* nothingToDo() {}
