/** The runs that began when somebody changed the past: their list, the way to one, and what became of those that are gone. */
import { type Branch, type LostBranch, momentText } from "#core";
import type { BranchesAnswer } from "#wire";
import type { Context } from "../context.ts";
import { errors, notes } from "../errors.ts";
import { standing } from "../events.ts";
import { depart } from "../history/travel.ts";

/** @throws {RequestError} when nothing is recorded */
function runsOf(context: Context, command: string): readonly Branch[] {
  const runs = context.stoppedEngine(command).branching.list();
  if (runs === null) throw errors.notRecorded(command);
  return runs;
}

/** What began a run. */
function beginning({ began }: Pick<Branch, "began">): string {
  return began === null ? "the first run" : `${began.what} at ${momentText(began.moment)}`;
}

/** @throws {RequestError} when nothing is recorded */
export function branchesAnswer(context: Context, command: string): BranchesAnswer {
  return {
    branches: runsOf(context, command).map((branch) => ({
      number: branch.number,
      isCurrent: branch.isCurrent,
      name: beginning(branch),
      end: momentText(branch.end),
      parting: branch.parting === null ? null : momentText(branch.parting.moment),
      partsFrom: branch.parting?.number ?? null,
    })),
  };
}

/** The list for people, one line each. @throws {RequestError} when nothing is recorded */
export function branchesText(context: Context, command: string): string {
  const { branches } = branchesAnswer(context, command);
  const width = Math.max(...branches.map(({ name }) => name.length));
  const lines = branches.map(({ number, isCurrent, name, end, parting, partsFrom }) => {
    const parts = parting === null ? "" : `   parts from ${partsFrom} at ${parting}`;
    return `${isCurrent ? "*" : " "} ${number}  ${name.padEnd(width)}  goes to ${end}${parts}`;
  });
  return lines.join("\n");
}

/** To the last moment of a run, which is the current one from here on. @throws {RequestError} when there is none of that number */
export function goToBranch(context: Context, command: string, number: number): void {
  const numbers = runsOf(context, command).map((branch) => branch.number);
  const motion = context.stoppedEngine(command).branching.goTo(number);
  if (motion === null) throw errors.noBranch(number, numbers);
  depart(context, motion, standing({ kind: "branch", number }));
}

/** @throws {RequestError} when there is none of that number, or it is the current one */
export function dropBranch(context: Context, command: string, number: number): void {
  const runs = runsOf(context, command);
  if (runs.some((branch) => branch.isCurrent && branch.number === number)) throw errors.currentBranch(number);
  const isDropped = context.stoppedEngine(command).branching.drop(number);
  if (!isDropped)
    throw errors.noBranch(
      number,
      runs.map((branch) => branch.number),
    );
}

/** What is told of runs that had to be given up; empty for none. */
export function lostText(lost: readonly LostBranch[]): string {
  return lost.map((branch) => notes.lostBranch(branch.number, beginning(branch), branch.why)).join("");
}
