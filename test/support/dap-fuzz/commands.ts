/** Which request comes next in a random session. */
import type { Phase } from "../../../adapter/context.ts";
import { requests } from "../../../adapter/requests/index.ts";
import type { Dice } from "./dice.ts";
import type { References } from "./references.ts";

/** What moves a session on, by where it is: chosen before anything else is. */
const ONWARDS: Readonly<Record<Phase, readonly (readonly [command: string, probability: number])[]>> = {
  unlaunched: [
    ["initialize", 0.3],
    ["launch", 0.3],
    ["attach", 0.2],
  ],
  configuring: [
    ["setBreakpoints", 0.2],
    ["configurationDone", 0.3],
  ],
  running: [["pause", 0.2]],
  stopped: [
    ["continue", 0.04],
    ["stepBack", 0.04],
    ["reverseContinue", 0.03],
    ["next", 0.04],
    ["stepIn", 0.04],
    ["restartFrame", 0.02],
  ],
  ended: [
    ["disconnect", 0.3],
    ["restart", 0.4],
  ],
};
/** Sent less often than others: they would end most sessions before these came anywhere. */
const RARE: ReadonlySet<string> = new Set([
  "disconnect",
  "terminate",
  "terminateThreads",
  "restart",
  "launch",
  "initialize",
]);
const RARITY = 0.1;

/** How a client stands. */
export interface Standing {
  readonly phase: Phase;
  readonly isInitialized: boolean;
  /** It looks at an image that does not run. */
  readonly isAtRest: boolean;
}

export function chooseCommand(dice: Dice, known: References, { phase, isInitialized, isAtRest }: Standing): string {
  const look = phase === "stopped" ? nextLook(dice, known) : null;
  if (look !== null) return look;
  // An image that does not run stands still for ever.
  if (phase === "stopped" && isAtRest && dice.chance(0.03)) return "disconnect";
  for (const [command, probability] of ONWARDS[phase]) {
    if (command === "initialize" && isInitialized) continue;
    if (dice.chance(probability)) return command;
  }
  if (dice.chance(0.005)) return "noSuchRequest";
  const { command } = dice.pick(requests);
  return RARE.has(command) && !dice.chance(RARITY) ? dice.pick(requests).command : command;
}

/** What a client asks for at a stop to be able to ask for more. */
function nextLook(dice: Dice, known: References): string | null {
  if (!known.isFresh("frame")) return dice.chance(0.3) ? "stackTrace" : null;
  if (!known.isFresh("variables")) return dice.chance(0.3) ? "scopes" : null;
  if (!known.hasMembers) return dice.chance(0.3) ? "variables" : null;
  if (dice.chance(0.06))
    return dice.pick(["gotoTargets", "setVariable", "evaluate", "stepInTargets", "dataBreakpointInfo"]);
  return known.isFresh("target") && dice.chance(0.1) ? "goto" : null;
}
