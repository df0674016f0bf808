/** Options of managers, and their values as launch configurations and the command line give them, checked against what the manager declares. */
import type { ManagerOption } from "./contract.ts";

/** An option that takes a whole number. */
export const integer = (name: string, least: number, most: number, doc: string): ManagerOption => ({
  name,
  kind: "integer",
  least,
  most,
  doc,
});
export const yesNo = (name: string, doc: string): ManagerOption => ({ name, kind: "boolean", doc });

/** What an option takes, in words. */
export function expectedValue(option: ManagerOption): string {
  switch (option.kind) {
    case "integer":
      return `a whole number from ${option.least} to ${option.most}`;
    case "boolean":
      return "true or false";
    case "choice":
      return option.choices.map((choice) => `"${choice}"`).join(" or ");
  }
}

export function isOptionValue(option: ManagerOption, value: unknown): value is number | boolean | string {
  switch (option.kind) {
    case "integer":
      return typeof value === "number" && Number.isInteger(value) && value >= option.least && value <= option.most;
    case "boolean":
      return typeof value === "boolean";
    case "choice":
      return typeof value === "string" && option.choices.includes(value);
  }
}

/** The value that a text of a command line stands for; the text itself where it stands for none. */
export function optionValue(option: ManagerOption, text: string): unknown {
  if (option.kind === "integer" && /^-?\d+$/.test(text)) return Number(text);
  if (option.kind === "boolean" && (text === "true" || text === "false")) return text === "true";
  return text;
}
