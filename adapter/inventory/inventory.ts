/** Tells the client what is loaded: the program's text as a source, files and memory as modules; and what comes, changes and goes. */
import type { SourceText } from "#core";
import type { Context } from "../context.ts";
import { fileModules, type Module, regionModules } from "./modules.ts";

const COMMAND = "modules";

export class Inventory {
  private readonly context: Context;
  /** Modules that the client knows, as text to compare. */
  private readonly told = new Map<Module["id"], string>();
  /** Regions change at each stop: only who has asked for them hears of that. */
  private wantsRegions = false;
  private source: SourceText | null = null;

  constructor(context: Context) {
    this.context = context;
  }

  /** The answer to a client that asks. */
  modules(): readonly Module[] {
    this.wantsRegions = true;
    const modules = this.now();
    for (const module of modules) this.told.set(module.id, JSON.stringify(module));
    return modules;
  }

  /** The module that code of a file, or without one, belongs to; nothing where that cannot be told. */
  moduleOf(path: string | null): { readonly moduleId?: Module["id"] } {
    const files = this.files();
    const library = files.find(({ path: file }) => file === undefined);
    const [only, ...others] = files;
    const without = library ?? (others.length === 0 ? only : undefined);
    const found = path === null ? without : files.find(({ path: file }) => file === path);
    return found === undefined ? {} : { moduleId: found.id };
  }

  /** Another program, or the same one read again, took the place of the one before. */
  adopted(): void {
    const { client, sources } = this.context;
    const before = this.source;
    this.source = this.context.subject(COMMAND).source;
    const isSame = before !== null && before.path === this.source?.path;
    if (before !== null && !isSame) {
      client.event("loadedSource", { reason: "removed", source: sources.ofPath(before.path) });
    }
    if (this.source !== null) {
      client.event("loadedSource", { reason: isSame ? "changed" : "new", source: sources.ofProgram(this.source) });
    }
    this.refresh();
  }

  /** Memory may have changed. */
  refresh(): void {
    const modules = this.now();
    const ids = new Set(modules.map(({ id }) => id));
    for (const id of this.told.keys()) {
      if (ids.has(id)) continue;
      this.told.delete(id);
      this.context.client.event("module", { reason: "removed", module: { id, name: "" } });
    }
    for (const module of modules) {
      const text = JSON.stringify(module);
      const known = this.told.get(module.id);
      if (known === text) continue;
      this.told.set(module.id, text);
      this.context.client.event("module", { reason: known === undefined ? "new" : "changed", module });
    }
  }

  private files(): readonly Module[] {
    const { target } = this.context.launch(COMMAND);
    return fileModules(target, (path) => this.context.sources.pathFromClient(path));
  }
  private now(): readonly Module[] {
    const files = this.files();
    return this.wantsRegions ? [...files, ...regionModules(this.context.subject(COMMAND))] : files;
  }
}
