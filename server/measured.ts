/**
 * What the last run of a program measured, as places of its text. Edits move the places; what is changed itself loses its figures, because
 * nobody has measured the new text.
 */

import type { FunctionMeasurement, Measurements, SiteMeasurement } from "#wire";
import { member } from "./settings.ts";

/** One replacement in a text: characters from `start` to `end` became `length` characters. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly length: number;
}

export class MeasuredRun {
  readonly manager: string;
  readonly sites: readonly SiteMeasurement[];
  readonly functions: readonly FunctionMeasurement[];

  constructor(run: Pick<Measurements, "manager" | "sites" | "functions">) {
    this.manager = run.manager;
    this.sites = run.sites;
    this.functions = run.functions;
  }

  /** From a message; what is not as expected is left out. */
  static from(value: unknown): MeasuredRun {
    const { manager, sites, functions } = value as Partial<Measurements>;
    return new MeasuredRun({
      manager: typeof manager === "string" ? manager : "",
      sites: Array.isArray(sites) ? sites.filter((site) => hasNumbers(site, ["start", "end", "objects", "bytes"])) : [],
      functions: Array.isArray(functions)
        ? functions.filter((one) => typeof one?.name === "string" && hasNumbers(one, ["at", "calls"]))
        : [],
    });
  }

  /** The same figures in the text after an edit. */
  after(edit: Edit): MeasuredRun {
    const shift = edit.length - (edit.end - edit.start);
    const isBefore = (end: number) => end <= edit.start;
    const sites = this.sites.flatMap((site) => {
      if (isBefore(site.end)) return [site];
      if (site.start < edit.end) return [];
      return [{ ...site, start: site.start + shift, end: site.end + shift }];
    });
    const functions = this.functions.flatMap((one) => {
      if (isBefore(one.at + 1)) return [one];
      return one.at < edit.end ? [] : [{ ...one, at: one.at + shift }];
    });
    return new MeasuredRun({ manager: this.manager, sites, functions });
  }
}

function hasNumbers(value: unknown, names: readonly string[]): boolean {
  return names.every((name) => typeof member(value, name) === "number");
}
