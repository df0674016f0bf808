/** Questions about the past from the menu of a variable, a watch or the memory view, or from the palette: a list of moments, and the way to the one that is chosen. */
import * as vscode from "vscode";
import type { HistoryAnswer, HistoryArguments } from "#wire";
import { withSession } from "../sessions.ts";
import { type Asked, askedBy } from "./asked.ts";
import { chosenMoment } from "./moments.ts";

/** Each command is a request of the same name. `asks` is followed by what was asked about, and `nothing` follows it. */
const QUESTIONS = [
  { name: "whoWrote", asks: "Who wrote", nothing: "was not written" },
  { name: "whoCounted", asks: "Who changed the count of", nothing: "has the count that it had" },
  { name: "whoAllocated", asks: "Who allocated", nothing: "was not allocated" },
  { name: "whoFreed", asks: "Who freed", nothing: "was not freed" },
  { name: "biography", asks: "Biography of", nothing: "has not changed" },
] as const;
type Question = (typeof QUESTIONS)[number];

/** Events that a question asks for at first, and how many times more when earlier ones are wanted. */
const FIRST_EVENTS = 10;
const MORE_TIMES = 10;

export function registerHistoryCommands(): vscode.Disposable[] {
  return QUESTIONS.map((question) =>
    vscode.commands.registerCommand(`conspect.${question.name}`, async (from?: unknown) => {
      const asked = await askedBy(question.asks, from);
      if (asked !== null) await withSession((session) => ask(session, question, asked), asked.session);
    }),
  );
}

async function ask(session: vscode.DebugSession, question: Question, { what }: Asked): Promise<void> {
  for (let limit = FIRST_EVENTS; ; limit *= MORE_TIMES) {
    const wish: HistoryArguments = { ...what, limit };
    const answer: HistoryAnswer = await session.customRequest(`conspect/${question.name}`, wish);
    if (answer.events.length === 0) {
      void vscode.window.showInformationMessage(
        `Conspect: ${answer.about} ${question.nothing} since the recording began, at ${answer.beginning}.`,
      );
      return;
    }
    const choice = await chosenMoment(`${question.asks} ${answer.about}`, answer, answer.events.length >= limit);
    if (choice === "earlier") continue;
    if (choice !== null) await session.customRequest("conspect/goTo", { moment: choice.moment });
    return;
  }
}
