import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import type { AttachConfiguration, LaunchConfiguration } from "#wire";
import { FILTERS } from "../../adapter/breakpoints/filters/filters.ts";
import { checkLaunch } from "../../adapter/program/launch-configuration.ts";
import { DEFAULT_MANAGER, MANAGERS } from "../../core/managers/catalog.ts";

interface Attribute {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly properties?: { readonly [name: string]: Attribute };
  readonly minimum?: number;
  readonly maximum?: number;
  readonly anyOf?: readonly { readonly items?: { readonly enum: readonly string[] } }[];
  readonly markdownDescription?: string;
  readonly default?: unknown;
}
interface Snippet {
  readonly body: { readonly [attribute: string]: unknown };
}

const root = resolve(import.meta.dirname, "../..");
const manifest = JSON.parse(readFileSync(resolve(root, "package.json"), "utf8"));
const { contributes } = manifest;
const [contribution] = contributes.debuggers;
const attributes: { readonly [name: string]: Attribute } = contribution.configurationAttributes.launch.properties;
/** Every key of the interface, and whether the adapter takes it yet; the compiler rejects this table when the interface grows. */
const inWire: Record<keyof LaunchConfiguration, boolean> = {
  program: true,
  function: true,
  with: true,
  image: true,
  mode: true,
  recording: true,
  megabytes: true,
  files: true,
  environment: true,
  manager: true,
  managerOptions: true,
  heapMB: true,
  args: true,
  stopOnEntry: true,
  stopOnGC: true,
  verify: true,
  verifyTravel: true,
  gcStress: true,
  poison: true,
  stepBy: true,
  stopAtStep: true,
  console: true,
  listen: true,
  profile: true,
  measure: true,
  record: true,
  recordMB: true,
  stopAtEnd: true,
};

describe("extension manifest", () => {
  test("describes every attribute that the adapter takes, with a default", () => {
    const taken = Object.entries(inWire).flatMap(([name, isTaken]) => (isTaken ? [name] : []));
    expect(Object.keys(attributes).sort()).toEqual(taken.sort());
    for (const [name, attribute] of Object.entries(attributes)) {
      expect(attribute.markdownDescription, name).toMatch(/^[A-Z].{20,}\.$/s);
      expect(attribute, name).toHaveProperty("default");
    }
  });

  test("offers the events and values that the adapter knows", () => {
    const { enum: events } = attributes.stopOnGC?.anyOf?.at(-1)?.items ?? {};
    expect(events).toEqual(FILTERS.map(({ filter }) => filter));
    expect(attributes.manager?.enum).toEqual(MANAGERS.map(({ traits }) => traits.name));
    expect(attributes.manager?.default).toBe(DEFAULT_MANAGER);
    for (const other of [
      ["image", "mode", "megabytes"],
      ["program", "megabytes"],
    ]) {
      const given = Object.entries(attributes).filter(([name]) => !other.includes(name));
      const defaults = Object.fromEntries(given.map(([name, attribute]) => [name, attribute.default]));
      expect(checkLaunch(defaults, attributes.manager?.enum ?? [])).toBeTruthy();
    }
    for (const mode of attributes.mode?.enum ?? []) {
      expect(checkLaunch({ image: "a.sysout", mode }, ["refcount"]).target).toMatchObject({ path: "a.sysout" });
    }
    for (const megabytes of [attributes.megabytes?.minimum, attributes.megabytes?.maximum]) {
      const { target } = checkLaunch({ image: "a.sysout", mode: "run", megabytes }, ["refcount"]);
      expect(target).toMatchObject({ megabytes });
    }
    expect(checkLaunch({ program: "a.cons" }, ["refcount"]).heapMB).toBe(attributes.heapMB?.default);
    for (const heapMB of [attributes.heapMB?.minimum, attributes.heapMB?.maximum]) {
      expect(() => checkLaunch({ program: "a.cons", heapMB }, ["refcount"])).not.toThrow();
    }
  });

  test("offers every option that some manager has, with its limits", () => {
    const properties = attributes.managerOptions?.properties ?? {};
    const known = MANAGERS.flatMap(({ options }) => options);
    expect(Object.keys(properties).sort()).toEqual([...new Set(known.map(({ name }) => name))].sort());
    for (const option of known) {
      const property = properties[option.name];
      if (option.kind === "choice") expect(property?.enum).toEqual(expect.arrayContaining([...option.choices]));
      else expect(property?.type).toBe(option.kind);
      if (option.kind === "integer") expect(property?.minimum).toBeLessThanOrEqual(option.least);
    }
  });

  test("describes every attribute of attach, with a default", () => {
    const { properties } = contribution.configurationAttributes.attach;
    const known: Record<keyof AttachConfiguration, true> = { port: true, machine: true };
    expect(Object.keys(properties).sort()).toEqual(Object.keys(known).sort());
    for (const attribute of Object.values<Attribute>(properties)) {
      expect(attribute.markdownDescription).toMatch(/^[A-Z].{20,}\.$/s);
      expect(attribute).toHaveProperty("default");
    }
    const snippets: readonly Snippet[] = contribution.configurationSnippets;
    expect(snippets.map(({ body }) => body.request)).toContain("attach");
  });

  test("offers only described attributes in snippets and first configurations", () => {
    const bodies: readonly Snippet["body"][] = [
      ...contribution.initialConfigurations,
      ...contribution.configurationSnippets.map((snippet: Snippet) => snippet.body),
    ];
    for (const body of bodies) {
      const { properties } = contribution.configurationAttributes[String(body.request)];
      const known = ["type", "request", "name", ...Object.keys(properties)];
      expect(known).toEqual(expect.arrayContaining(Object.keys(body)));
    }
  });

  test("names files that exist", () => {
    const files = [
      manifest.icon,
      ...contributes.grammars.map((grammar: { path: string }) => grammar.path),
      ...contributes.languages.flatMap((language: { configuration: string; icon: { light: string; dark: string } }) => [
        language.configuration,
        language.icon.light,
        language.icon.dark,
      ]),
    ];
    for (const file of files) expect(() => readFileSync(resolve(root, file)), file).not.toThrow();
  });

  test("shows a command only where it does something", () => {
    const listed = contributes.menus.commandPalette.map((row: { command: string }) => row.command);
    expect(listed).toEqual(contributes.commands.map((row: { command: string }) => row.command));
    for (const row of contributes.menus.commandPalette) expect(row.when).toMatch(/conspect|debuggersAvailable/);
  });
});
