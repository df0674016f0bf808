/** What the user has set, as `workspace/didChangeConfiguration` brings it: the section `conspect`. Anything that is not said is on. */

/** The settings of `package.json` that the server reads. */
export interface Settings {
  /** `conspect.codeLens` */
  readonly codeLens: boolean;
  /** `conspect.hints.measured` */
  readonly showsMeasured: boolean;
}

export const DEFAULT_SETTINGS: Settings = { codeLens: true, showsMeasured: true };

/** @param value the settings as they came, by section; whatever is not as expected counts as not said */
export function settingsFrom(value: unknown): Settings {
  const section = member(value, "conspect");
  const hints = member(section, "hints");
  return {
    codeLens: member(section, "codeLens") !== false,
    showsMeasured: member(hints, "measured") !== false,
  };
}

/** A member of what came from outside; undefined when there is none. */
export function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
