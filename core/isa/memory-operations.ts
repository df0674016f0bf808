/**
 * The host call MEMORY (operation, argument …): what a program asks of its memory manager. Where a manager has no such power, the call does nothing, so
 * that one program runs under all of them. The compiler emits the numbers, `vm/subrs/memory-operations.ts` executes them.
 */
export const MEMORY = {
  /** (x): the program takes x back; result nil. An integer is an address of the flat heap. */
  FREE: 0,
  /** (name): opens an arena; a symbol makes it a region of that name, nil only an arena. Result nil. */
  ARENA_ENTER: 1,
  /** (x): ends the innermost arena; x leaves it and is the result. */
  ARENA_EXIT: 2,
  /** (x): number of the arena that holds x; nil when none does. */
  ARENA_OF: 3,
} as const;
export type MemoryOperation = keyof typeof MEMORY;
