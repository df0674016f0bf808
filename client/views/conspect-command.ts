/** Runs the command `conspect`, with the editor's own Node, on a file of this computer. */
import { execFile } from "node:child_process";
import { basename, dirname } from "node:path";

export interface CommandAnswer {
  readonly stdout: string;
  /** What went wrong, in words; empty when nothing did. */
  readonly problem: string;
}

export interface CommandLimits {
  readonly mostBytes: number;
  readonly milliseconds: number;
  /** Ends it early. */
  readonly signal?: AbortSignal;
}

/**
 * In the file's own folder, so that the answer speaks of its name alone; no name may look like an option.
 *
 * @param args what stands before and behind the name of the file
 */
export function runConspect(
  program: string,
  path: string,
  args: readonly [before: readonly string[], behind: readonly string[]],
  { mostBytes, milliseconds, signal }: CommandLimits,
): Promise<CommandAnswer> {
  const options = {
    cwd: dirname(path),
    env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" },
    maxBuffer: mostBytes,
    timeout: milliseconds,
    ...(signal === undefined ? {} : { signal }),
  };
  const [before, behind] = args;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [program, ...before, `./${basename(path)}`, ...behind],
      options,
      (error, stdout, stderr) => resolve({ stdout, problem: error === null ? "" : stderr.trim() || error.message }),
    );
  });
}
