/** Compiles a program, builds its image and runs it to the end: what it printed and how it ended. */
import { compileProgram } from "../../../core/language/compiler/compile-program.ts";
import { interpreterBlock, ufnHandlers } from "../../../core/language/compiler/handlers.ts";
import { managerFactory } from "../../../core/managers/catalog.ts";
import type { ManagerFactory } from "../../../core/managers/contract.ts";
import type { StopReason } from "../../../core/vm/events.ts";
import { buildImage } from "../../../core/vm/image/build-image.ts";
import type { Machine } from "../../../core/vm/machine.ts";
import { quietPorts } from "../../../core/vm/ports.ts";

export interface Run {
  readonly output: string;
  readonly stop: StopReason;
  readonly machine: Machine;
}

const handlers = ufnHandlers();
const interpreter = interpreterBlock();
const SAFEPOINTS = 20_000_000;

/** @throws when the program does not compile */
export function runProgram(
  text: string,
  manager: string | ManagerFactory = "refcount",
  managerOptions: Record<string, number | boolean | string> = {},
): Run {
  const factory = typeof manager === "string" ? managerFactory(manager) : manager;
  if (factory === null) throw new Error(`no manager ${manager}`);
  const { usesPlan } = factory.traits;
  const { program, diagnostics } = compileProgram(text, "test.cons", { usesPlan });
  if (program === null) throw new Error(diagnostics.map((found) => `${found.code}: ${found.message}`).join("\n"));
  let output = "";
  const ports = {
    ...quietPorts(),
    console: {
      write: (written: string) => {
        output += written;
      },
    },
  };
  const options = { heapMB: 8, manager: factory, managerOptions, ports, path: "test.cons", handlers, interpreter };
  const machine = buildImage(program, options);
  machine.boot();
  const stop = machine.run(SAFEPOINTS);
  return { output, stop, machine };
}

/** The output of a program; what stopped it, when that was not its end. */
export function outputOf(text: string, manager: string | ManagerFactory = "refcount"): string {
  const { output, stop } = runProgram(text, manager);
  if (stop.kind === "finished") return output;
  return `${output}[${stop.kind}${stop.kind === "failed" ? `: ${stop.message}` : ""}]`;
}
