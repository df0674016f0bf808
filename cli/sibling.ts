/** The other programs of the installation lie beside this one in `dist/`. */
import { spawn } from "node:child_process";
import { join } from "node:path";

export function siblingPath(file: string): string {
  return join(__dirname, file);
}

/**
 * Runs another program in place of this one: same input and output, its exit code is ours, and it ends when we are ended.
 * @param engine options of the JavaScript engine that it runs in
 */
export function runSibling(file: string, args: readonly string[], engine: readonly string[] = []): Promise<number> {
  const child = spawn(process.execPath, [...engine, siblingPath(file), ...args], { stdio: "inherit" });
  const end = (signal: NodeJS.Signals) => child.kill(signal);
  process.on("SIGTERM", end).on("SIGINT", end);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? 1));
  });
}
