/** What a program reaches outside of the debugger, as its launch configuration says. */
import { FileError, type HostPorts } from "#host";
import type { Context } from "../context.ts";
import { errors } from "../errors.ts";
import type { Launch } from "./launch-configuration.ts";

/** @throws {RequestError} when a directory that is granted does not exist */
export function openPorts(context: Context, { host }: Launch): HostPorts {
  const files = host.files.map((grant) => ({ ...grant, path: context.sources.pathFromClient(grant.path) }));
  const write = (text: string) => context.printed(text);
  try {
    return context.environment.ports({ ...host, files }, write);
  } catch (problem) {
    if (!(problem instanceof FileError)) throw problem;
    throw errors.badGrant(problem.message);
  }
}
