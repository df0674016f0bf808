/**
 * The command `conspect`. Exit codes: 0 done, 1 the guest failed or a check found something, 2 wrong use,
 * 3 unusable input, 74 output that cannot be written.
 * One file a command under `commands/`; this file only finds it.
 */

import { type Command, EXIT_UNUSABLE_INPUT, EXIT_WRONG_USE, InputError, UsageError } from "./command.ts";
import { compareCommand } from "./commands/compare.ts";
import { dapCommand } from "./commands/dap.ts";
import { demoCommand } from "./commands/demo.ts";
import { explainCommand } from "./commands/explain.ts";
import { inspectCommand } from "./commands/inspect.ts";
import { linkCommand } from "./commands/link.ts";
import { lspCommand } from "./commands/lsp.ts";
import { replayCommand } from "./commands/replay.ts";
import { runCommand } from "./commands/run.ts";
import { endWithoutOutput } from "./output.ts";

const commands: readonly Command[] = [
  demoCommand,
  runCommand,
  replayCommand,
  compareCommand,
  explainCommand,
  inspectCommand,
  linkCommand,
  dapCommand,
  lspCommand,
];

function usage(): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  const lines = commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`);
  return [
    "Conspect: a debugger for the memory of Lisp virtual machines\n",
    "Usage: conspect COMMAND [ARGUMENTS]\n",
    ...lines,
    "\nconspect COMMAND --help tells what a command takes.\n",
  ].join("\n");
}

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    process.stdout.write(usage());
    return name === undefined ? EXIT_WRONG_USE : 0;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) {
    process.stderr.write(`conspect: there is no command ${name}\n\n${usage()}`);
    return EXIT_WRONG_USE;
  }
  if (rest.includes("--help") || rest.includes("-h")) {
    process.stdout.write(`Usage: conspect ${command.synopsis}\n\n${command.summary}\n${command.details ?? ""}`);
    return 0;
  }
  try {
    return await command.run(rest);
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`conspect ${name}: ${error.message}\nUsage: conspect ${command.synopsis}\n`);
      return EXIT_WRONG_USE;
    }
    if (error instanceof InputError) {
      process.stderr.write(`conspect ${name}: ${error.message}\n`);
      return EXIT_UNUSABLE_INPUT;
    }
    throw error;
  }
}

process.stdout.on("error", endWithoutOutput);
main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`conspect: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 70;
  },
);
