/** What a session has loaded, as modules: files, the built-in library, and the regions of memory with their use. */
import { basename } from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { RegionUsage } from "#core";
import { byteReference, bytesOf } from "../presentation/memory-references.ts";
import type { Subject } from "../program/engine.ts";
import type { Target } from "../program/launch-configuration.ts";

/** With the columns of our own. */
export interface Module extends DebugProtocol.Module {
  readonly purpose?: string;
  readonly usedBytes?: number;
  readonly freeBytes?: number;
}

export const MODULE_COLUMNS: DebugProtocol.ColumnDescriptor[] = [
  { attributeName: "purpose", label: "Purpose", type: "string", width: 40 },
  { attributeName: "usedBytes", label: "Bytes Used", type: "number", width: 12 },
  { attributeName: "freeBytes", label: "Bytes Free", type: "number", width: 12 },
];

/** The files that a launch configuration names, and the library that comes with a program. */
export function fileModules(target: Target, pathOf: (path: string) => string): readonly Module[] {
  switch (target.kind) {
    case "recording":
      return [{ ...fileModule(pathOf(target.path), "source text"), isUserCode: false }, LIBRARY];
    case "program":
      return [fileModule(pathOf(target.path), "source text"), LIBRARY];
    case "compiled file":
      return [target.path, ...target.with].map((path) => fileModule(pathOf(path), "names of functions and variables"));
    case "image":
    case "running image":
      return [fileModule(pathOf(target.path), "names of functions and variables")];
  }
}

function fileModule(path: string, symbolStatus: string): Module {
  return { id: `file:${path}`, name: basename(path), path, isUserCode: true, symbolStatus };
}

const LIBRARY: Module = {
  id: "library",
  name: "built-in library",
  isOptimized: true,
  isUserCode: false,
  symbolStatus: "instructions, names of functions and variables",
};

export function regionModules(subject: Subject): readonly Module[] {
  return subject.regions().map(regionModule);
}

function regionModule({ region, usedWords, freeWords, detail }: RegionUsage): Module {
  const { address, count } = bytesOf(region.start, region.words);
  return {
    id: `region:${region.name}`,
    name: region.name,
    isUserCode: false,
    addressRange: `${byteReference(address)}-${byteReference(address + count - 1)}`,
    ...(detail !== "" && { symbolStatus: detail }),
    purpose: region.purpose,
    ...(usedWords !== null && { usedBytes: bytesOf(0, usedWords).count }),
    ...(freeWords !== null && { freeBytes: bytesOf(0, freeWords).count }),
  };
}
