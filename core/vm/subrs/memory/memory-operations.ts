/** The host call MEMORY: what a program asks of its memory manager, by the numbers of `isa/memory-operations.ts`. */
import { MEMORY } from "../../../isa/memory-operations.ts";
import { NIL } from "../../../memory/layout.ts";
import { isImmediate } from "../../../objects/immediates.ts";
import { symbolName } from "../../../objects/symbols.ts";
import { makeInteger } from "../../image/datum.ts";
import type { Subr } from "../arguments.ts";
import { HEAP_OPERATIONS, startedHeap } from "../flat/heap.ts";
import { WORD_OPERATIONS } from "../flat/words.ts";

const free: Subr = (m, args) => {
  const address = args.number(0);
  if (address === null) m.manager.explicit?.free(args.pointer(0), m.site);
  else startedHeap(m).free(address);
  return NIL;
};

const enterArena: Subr = (m, args) => {
  const name = args.pointer(0);
  m.manager.arenas?.enter(name === NIL ? null : symbolName(m.memory, name));
  return NIL;
};

const exitArena: Subr = (m, args) => m.manager.arenas?.exit(args.pointer(0)) ?? args.pointer(0);

const arenaOf: Subr = (m, args) => {
  const object = args.pointer(0);
  const number = isImmediate(object) ? 0 : (m.manager.arenas?.arenaOf(object) ?? 0);
  return number === 0 ? NIL : makeInteger(m, number);
};

const OPERATIONS: ReadonlyMap<number, Subr> = new Map([
  [MEMORY.FREE, free],
  [MEMORY.ARENA_ENTER, enterArena],
  [MEMORY.ARENA_EXIT, exitArena],
  [MEMORY.ARENA_OF, arenaOf],
  ...HEAP_OPERATIONS,
  ...WORD_OPERATIONS,
]);

/** @throws {VmFault} `InvalidOpcode` for a number that no operation has */
export const memoryOperation: Subr = (m, args) => {
  const number = args.number(0) ?? -1;
  const operation = OPERATIONS.get(number);
  if (operation === undefined) return m.fault("InvalidOpcode", `memory operation ${number} does not exist`);
  return operation(m, args.rest());
};
