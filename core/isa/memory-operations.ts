/**
 * The host call MEMORY (operation, argument …): what a program asks of its memory manager. Where a manager has no such power, the call does nothing, so
 * that one program runs under all of them. The compiler emits the numbers, `vm/subrs/memory/memory-operations.ts` executes them.
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

  // From 16 on: the flat heap, the same under every manager.
  /** (integer … symbol …): begins the flat heap; start, end, alignment, minimum, then words for the policy. Result: its start. */
  INIT_ALLOCATOR: 16,
  /** (words): address of a new block, 0 when there is none. */
  MALLOC: 17,
  /** (): words in use; words not in use; words in all; percentage wasted; words freed. */
  USED_MEMORY: 18,
  FREE_MEMORY: 19,
  HEAP_SIZE: 20,
  FRAGMENTATION: 21,
  TOTAL_FREED: 22,
  /** (): prints 7777 and six figures. */
  PRINT_STATS: 23,
  /** (): joins all free neighbours; result: how many blocks became part of another. */
  COALESCE: 24,
  /** (cell …): slides blocks together; result: list of pairs (old . new). */
  COMPACT_HEAP: 25,
  /** (cell …): frees what nothing refers to; result: blocks freed. */
  MARK_AND_SWEEP: 26,
  /** (): prints 9000 and the free blocks. */
  PRINT_FREE_LIST: 27,
  /** (name integer): a tagged word. */
  TAG: 28,
  /** (word): what it holds; name of its tag. */
  UNTAG: 29,
  TAG_OF: 30,
  /** (address index): byte; (address index byte): the byte. */
  PEEK_BYTE: 31,
  POKE_BYTE: 32,
  /** (address): string; (address string): words that it takes. */
  PEEK_STRING: 33,
  POKE_STRING: 34,
  /** (address index): word of a block in use; (address index word): the word. */
  PTR_DEREF: 35,
  PTR_STORE: 36,
} as const;
export type MemoryOperation = keyof typeof MEMORY;
