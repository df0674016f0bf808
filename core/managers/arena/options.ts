/** The options of the manager `arena`, as launch configuration and command line offer and check them. */
import { integerOption, type ManagerOption, type ManagerOptions } from "../contract.ts";
import { integer, yesNo } from "../options.ts";
import type { ArenaPolicy, ResetPolicy } from "../storage/arenas/policy.ts";
import { DEFAULT_WAIT, WAIT_OPTION } from "../storage/freeing/released.ts";
import { type AllocatorConfig, DEFAULT_CONFIG } from "./bytes/context-allocator.ts";

const DEFAULT_CHUNK_BYTES = 2048;
const DEFAULT_GROWTH = 2;
const MOST_CHUNK_BYTES = 128 * 1024;
const MOST_BYTES = 256 * 1024 * 1024;
const WORD_BYTES = 2;
const RESETS = ["keep-all", "keep-limit", "give-back"] as const;

export const arenaOptions: readonly ManagerOption[] = [
  integer("chunkBytes", 64, MOST_CHUNK_BYTES, "First chunk of array storage that an arena takes; default 2048."),
  integer("growth", 1, 16, "Each further chunk is so many times the one before, up to 128 KB; default 2."),
  integer("presizeBytes", 0, MOST_BYTES, "Storage that an arena has from its beginning; default 0."),
  integer("limitBytes", 0, MOST_BYTES, "Storage that an arena may have; more is a fault. 0 is no limit, the default."),
  {
    name: "reset",
    kind: "choice",
    choices: RESETS,
    doc: "What a reset does with the storage of an arena: keeps it, keeps up to keepBytes, or gives it back; default keep-all.",
  },
  integer("keepBytes", 0, MOST_BYTES, "Storage that a reset with keep-limit keeps; default 16384."),
  yesNo("literalPool", "Equal string literals of the program are one object; default true."),
  yesNo("leakDetection", "Regular objects that were never freed are listed when the program has ended; default true."),
  WAIT_OPTION,
];

/** What the options say, in the units of those who ask. */
export interface ArenaSettings {
  /** Of arenas of machine objects, in words. */
  readonly policy: ArenaPolicy;
  /** Of the books of the VM arena, in bytes. */
  readonly config: AllocatorConfig;
  readonly wait: number;
}

export function arenaSettings(options: ManagerOptions): ArenaSettings {
  const words = (bytes: number) => Math.floor(bytes / WORD_BYTES);
  const limitBytes = integerOption(options, "limitBytes", 0);
  const keepBytes = integerOption(options, "keepBytes", 16_384);
  const reset: ResetPolicy =
    options.reset === "keep-limit"
      ? { kind: "keep-limit", most: words(keepBytes) }
      : { kind: options.reset === "give-back" ? "give-back" : "keep-all" };
  return {
    policy: {
      chunk: words(integerOption(options, "chunkBytes", DEFAULT_CHUNK_BYTES)),
      growth: integerOption(options, "growth", DEFAULT_GROWTH),
      mostChunk: words(MOST_CHUNK_BYTES),
      reset,
      limit: limitBytes === 0 ? null : words(limitBytes),
      presize: words(integerOption(options, "presizeBytes", 0)),
    },
    config: {
      ...DEFAULT_CONFIG,
      literalPool: options.literalPool !== false,
      leakDetection: options.leakDetection !== false,
    },
    wait: integerOption(options, "quarantine", DEFAULT_WAIT),
  };
}
