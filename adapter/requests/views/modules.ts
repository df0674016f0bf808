import type { DebugProtocol } from "@vscode/debugprotocol";
import { MODULE_COLUMNS } from "../../inventory/modules.ts";
import type { Request } from "../request.ts";

/** Loaded files and the regions of memory, in pages. Who has asked hears at each stop which regions have changed. */
export const modules: Request<DebugProtocol.ModulesArguments> = {
  command: "modules",
  expects: { startModule: "number?", moduleCount: "number?" },
  capabilities: { supportsModulesRequest: true, additionalModuleColumns: MODULE_COLUMNS },
  handle(context, args) {
    context.stoppedSubject(this.command);
    const all = context.inventory.modules();
    const start = Math.max(0, args.startModule ?? 0);
    const count = args.moduleCount === undefined || args.moduleCount <= 0 ? all.length : args.moduleCount;
    return { modules: all.slice(start, start + count), totalModules: all.length };
  },
};
