/**
 * Counts for assignments to a dead image. A maintainer who sets a value wants the count tables to stay right; who writes raw memory wants them
 * left alone. Tables that are damaged are not touched either way: an operation on a looped chain would not end.
 */

import { ImageError, InternalError, VmFault } from "../../base/errors.ts";
import { countGauges } from "../../inspect/counts/counts.ts";
import { managerFactory } from "../../managers/catalog.ts";
import type { MemoryManager } from "../../managers/contract.ts";
import { noSites } from "../../managers/contract.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";

export type Counting =
  | { readonly kind: "on"; readonly manager: MemoryManager }
  /** Why assignments are not counted. */
  | { readonly kind: "off"; readonly reason: string };

export class ImageCounting {
  private readonly memory: VirtualMemory;
  private made: Counting | null = null;

  constructor(memory: VirtualMemory) {
    this.memory = memory;
  }

  /** Asked anew for each assignment: raw edits may have damaged the tables since. */
  now(): Counting {
    this.made ??= this.make();
    if (this.made.kind === "off") return this.made;
    const [problem] = countGauges(this.memory).problems;
    return problem === undefined ? this.made : { kind: "off", reason: `the count tables are damaged: ${problem}` };
  }

  private make(): Counting {
    const factory = managerFactory("refcount");
    if (factory === null) throw new InternalError("there is no manager refcount");
    const binding = {
      memory: this.memory,
      eachStackPointer() {},
      eachRoot() {},
      requestSafepoint() {},
      sites: noSites,
    };
    try {
      return { kind: "on", manager: factory.create(binding, {}) };
    } catch (problem) {
      if (problem instanceof ImageError || problem instanceof VmFault || problem instanceof RangeError) {
        return { kind: "off", reason: problem.message };
      }
      throw problem;
    }
  }
}
