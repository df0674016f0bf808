/** What a program may know of its surroundings: few variables of the process, or exactly those that the launch configuration gives. */
import { arch, hostname, userInfo } from "node:os";
import type { EnvironmentPort } from "#core";

/** Variables that say nothing but how the user wants programs to behave. */
export const VISIBLE_VARIABLES: readonly string[] = [
  "HOME",
  "LANG",
  "LC_ALL",
  "LC_CTYPE",
  "LOGNAME",
  "TERM",
  "TZ",
  "USER",
];

/** The names that the emulators of this system give to processors. */
const ARCHITECTURES: { readonly [node: string]: string } = {
  x64: "x86_64",
  ia32: "i386",
  arm64: "aarch64",
  arm: "armv7l",
};

/** @param given variables by name, instead of those of the process */
export function hostEnvironment(given: Readonly<Record<string, string>> | null): EnvironmentPort {
  const variables = new Map(
    given === null
      ? VISIBLE_VARIABLES.map((name) => [name, process.env[name]] as const)
      : Object.entries(given).map(([name, value]) => [name, value] as const),
  );
  return {
    variable: (name) => variables.get(name) ?? null,
    parameter: (name) => parameter(name),
    userName,
  };
}

function parameter(name: string): string | null {
  switch (name) {
    case "MACH":
      // What the emulators answer everywhere but on a few old systems; Lisp only asks whether there is an answer.
      return "mc68020";
    case "OSNAME":
      return process.platform;
    case "ARCH":
      return ARCHITECTURES[arch()] ?? arch();
    case "HOSTNAME":
      return hostname();
    case "LOGNAME":
      return userName();
    default:
      return null;
  }
}

/** A process may run as a user without a name. */
function userName(): string | null {
  try {
    return userInfo().username;
  } catch {
    return null;
  }
}
