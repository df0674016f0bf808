/** A program under debug for tests, with its output kept. */
import { Debuggee } from "../../../core/debuggee/debuggee.ts";
import type { LaunchSettings, Motion } from "../../../core/debuggee/types.ts";
import type { StopReason } from "../../../core/vm/events.ts";
import { quietPorts } from "../../../core/vm/ports.ts";

export interface Session {
  readonly debuggee: Debuggee;
  output(): string;
}

/** Loads and starts a program; fails with its diagnostics when it has errors. */
export function debuggeeFor(
  text: string,
  settings: Partial<LaunchSettings> = {},
  prepare: (loaded: Debuggee) => void = () => {},
): Session {
  let output = "";
  const { debuggee, diagnostics } = Debuggee.load(
    { path: "test.cons", text },
    {
      manager: "refcount",
      managerOptions: {},
      heapMB: 4,
      args: [],
      ports: {
        ...quietPorts(),
        console: {
          write: (written) => {
            output += written;
          },
        },
      },
      ...settings,
    },
  );
  if (debuggee === null) throw new Error(`the program has errors: ${JSON.stringify(diagnostics, null, 2)}`);
  prepare(debuggee);
  debuggee.start();
  return { debuggee, output: () => output };
}

/** Runs a motion until it stops, in slices. */
export function runMotion(motion: Motion, sliceSafepoints = 1000): StopReason {
  for (let slices = 0; slices < 100_000; slices++) {
    const stop = motion.run(sliceSafepoints);
    if (stop.kind !== "slice") return stop;
  }
  throw new Error("the motion does not end");
}

/** Runs a program to its end: what it printed, and how it ended. */
export function runProgram(text: string, settings: Partial<LaunchSettings> = {}) {
  const { debuggee, output } = debuggeeFor(text, settings);
  const stop = runMotion(debuggee.continue(), 1_000_000);
  return { output: output(), stop, debuggee };
}
