/** What is seen of a program when it has ended: what two managers have to agree on, and what one has left behind. */
import { runProgram } from "./run-program.ts";

/** What a program does under a manager, and how many of its objects are left. */
export function endOf(text: string, manager: string, options: Record<string, number> = {}) {
  const { output, stop, machine } = runProgram(text, manager, options);
  const { allocatedObjects, freedObjects } = machine.manager.statistics();
  const how = stop.kind === "failed" ? `${stop.event?.kind}: ${stop.message}` : stop.kind;
  return { output, how, left: allocatedObjects - freedObjects };
}
