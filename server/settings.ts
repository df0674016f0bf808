/** What the user has set, as `workspace/didChangeConfiguration` brings it: the section `conspect`. Anything that is not said is on. */

import { HINT_KINDS, type HintKind } from "#core";

/** The settings of `package.json` that the server reads. */
export interface Settings {
  /** `conspect.codeLens` */
  readonly codeLens: boolean;
  /** `conspect.hints.measured` */
  readonly showsMeasured: boolean;
  /** `conspect.hints.allocations` … */
  readonly hints: ReadonlySet<HintKind>;
}

export const DEFAULT_SETTINGS: Settings = {
  codeLens: true,
  showsMeasured: true,
  hints: new Set(HINT_KINDS),
};

/** @param value the settings as they came, by section; whatever is not as expected counts as not said */
export function settingsFrom(value: unknown): Settings {
  const section = member(value, "conspect");
  const hints = member(section, "hints");
  return {
    codeLens: member(section, "codeLens") !== false,
    showsMeasured: member(hints, "measured") !== false,
    hints: new Set(HINT_KINDS.filter((kind) => member(hints, kind) !== false)),
  };
}

/** A member of what came from outside; undefined when there is none. */
export function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
