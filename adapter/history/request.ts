/** What the requests about the past have in common. */
import { type Chronicle, finish, type IndexSteps } from "#core";
import type { HistoryArguments } from "#wire";
import type { Context } from "../context.ts";
import type { Request } from "../requests/request.ts";
import { historyAnswer } from "./answer.ts";
import { askedBy } from "./asked.ts";
import { ask, type Question } from "./questions.ts";

/** A custom request that asks about the past of a variable, an expression or an address. The machine stands where it stood afterwards. */
export function historyRequest(command: string, question: Question): Request<HistoryArguments> {
  const steps = (context: Context, args: HistoryArguments): IndexSteps<Chronicle> =>
    ask(context, command, question, askedBy(context, command, args), args.limit);
  return {
    command,
    expects: {
      name: "text?",
      variablesReference: "number?",
      frameId: "number?",
      memoryReference: "text?",
      bytes: "number?",
      limit: "number?",
    },
    capabilities: {},
    prepare: steps,
    handle(context, args) {
      const asked = askedBy(context, command, args);
      return historyAnswer(finish(ask(context, command, question, asked, args.limit)), asked.text);
    },
  };
}
