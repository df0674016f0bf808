/** What a program reaches outside of the debugger, as its launch configuration says. */
import { FileError, type HostPorts } from "#host";
import type { Context } from "../context.ts";
import { errors } from "../errors.ts";
import type { RunningProgram } from "../run/run.ts";
import type { Engine } from "./engine.ts";
import type { Launch } from "./launch-configuration.ts";

/** @throws {RequestError} when a directory that is granted does not exist */
function openPorts(context: Context, { host }: Launch, write: (text: string) => void): HostPorts {
  const files = host.files.map((grant) => ({ ...grant, path: context.sources.pathFromClient(grant.path) }));
  try {
    return context.environment.ports({ ...host, files }, write);
  } catch (problem) {
    if (!(problem instanceof FileError)) throw problem;
    throw errors.badGrant(problem.message);
  }
}

/**
 * A program that runs, made by `make` from its ports; and, by `twin`, others that are made in the same way.
 * @throws what `make` throws; the ports are closed then
 */
export function runningProgram(context: Context, launch: Launch, make: (ports: HostPorts) => Engine): RunningProgram {
  const open = (print: (text: string) => void): RunningProgram => {
    const ports = openPorts(context, launch, print);
    try {
      const engine = make(ports);
      return { launch, subject: engine, engine, opened: null, twin: open, release: () => ports.close() };
    } catch (problem) {
      ports.close();
      throw problem;
    }
  };
  return open((text) => context.printed(text));
}
