/** The memory manager and its options on the command line: `--manager M --option NAME=VALUE`, with short forms for what every collector has. */
import { expectedValue, isOptionValue, MANAGERS, type ManagerOptions, managerFactory, optionValue } from "#core";
import { UsageError } from "./command.ts";

/** What the commands take that run a program under one manager. */
export const MANAGER_OPTIONS = {
  manager: { type: "string" },
  option: { type: "string", multiple: true },
  countdown: { type: "string" },
  "gc-stress": { type: "string" },
} as const;

interface OptionValues {
  readonly option?: readonly string[];
  readonly countdown?: string;
  readonly "gc-stress"?: string;
}

export function checkManager(name: string): string {
  if (managerFactory(name) !== null) return name;
  throw new UsageError(`--manager ${name}: expected one of ${MANAGERS.map(({ traits }) => traits.name).join(", ")}`);
}

/** @throws {UsageError} naming the option, what was expected and what was found */
export function managerOptions(manager: string, values: OptionValues): ManagerOptions {
  const given = (values.option ?? []).map((text) => {
    const at = text.indexOf("=");
    if (at < 1) throw new UsageError(`--option ${text}: expected NAME=VALUE`);
    return { flag: `--option ${text}`, name: text.slice(0, at), text: text.slice(at + 1) };
  });
  for (const [flag, name] of [
    ["countdown", "countdown"],
    ["gc-stress", "stress"],
  ] as const) {
    const text = values[flag];
    if (text !== undefined) given.push({ flag: `--${flag} ${text}`, name, text });
  }
  return Object.fromEntries(given.map(({ flag, name, text }) => [name, checked(manager, flag, name, text)]));
}

function checked(manager: string, flag: string, name: string, text: string): number | boolean | string {
  const known = managerFactory(manager)?.options ?? [];
  const option = known.find((row) => row.name === name);
  if (option === undefined) {
    const allowed = known.length === 0 ? "none" : known.map((row) => row.name).join(", ");
    throw new UsageError(`${flag}: the manager ${manager} has no option ${name}; it has ${allowed}`);
  }
  const value = optionValue(option, text);
  if (!isOptionValue(option, value)) throw new UsageError(`${flag}: expected ${expectedValue(option)}`);
  return value;
}
