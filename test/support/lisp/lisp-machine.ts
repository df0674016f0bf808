/** A machine that stands before a compiled Conspect Lisp program, for tests of the machine as a whole. */
import { compileProgram, hasErrors } from "../../../core/language/compiler/compile-program.ts";
import { interpreterBlock, ufnHandlers } from "../../../core/language/compiler/handlers.ts";
import { managerFactory } from "../../../core/managers/catalog.ts";
import type { ManagerFactory, ManagerOptions } from "../../../core/managers/contract.ts";
import { buildImage } from "../../../core/vm/image/build-image.ts";
import type { Machine } from "../../../core/vm/machine.ts";
import { quietPorts } from "../../../core/vm/ports.ts";

export interface LispMachine {
  readonly machine: Machine;
  /** What the program has printed so far. */
  readonly output: () => string;
}

export interface LispMachineOptions {
  readonly manager?: string;
  readonly managerOptions?: ManagerOptions;
  readonly heapMB?: number;
}

export function lispMachine(source: string, options: LispMachineOptions = {}): LispMachine {
  const manager = managerFactory(options.manager ?? "refcount") as ManagerFactory;
  const { usesPlan } = manager.traits;
  const compilation = compileProgram(source, "test.cons", { usesPlan });
  if (hasErrors(compilation.diagnostics) || compilation.program === null) {
    throw new Error(compilation.diagnostics.map(({ message }) => message).join("\n"));
  }
  let output = "";
  const machine = buildImage(compilation.program, {
    heapMB: options.heapMB ?? 4,
    manager,
    managerOptions: options.managerOptions ?? {},
    ports: {
      ...quietPorts(),
      console: {
        write(text) {
          output += text;
        },
      },
      clock: { ...quietPorts().clock, now: () => 1_000_000 },
    },
    path: "test.cons",
    handlers: ufnHandlers(),
    interpreter: interpreterBlock(),
  });
  machine.boot();
  return { machine, output: () => output };
}
