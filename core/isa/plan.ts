/**
 * The lifetime plan as compiled code tells it to the memory manager: the numbers in the host call PLAN (operation, operand).
 * `language/compiler/` emits them, a manager with the power `planned` executes them. Source: description of system O, "Rules that make results definite".
 */

/** How long an object lives, and who ends it. Operand of `PLAN.NEXT`, as a small integer. */
export const STRATEGY = {
  /** One owner at a time, which releases it at its last use or hands it on. */
  OWNED: 0,
  /** Several owners: counted; the last one releases it. */
  COUNTED: 1,
  /** In the innermost stack scope; gone when that ends. */
  STACK: 2,
  /** In the innermost scope arena; gone when that ends. */
  ARENA: 3,
  /** Member of the innermost open component: gone when no handle and no tether holds that. */
  COMPONENT: 4,
  /** In the arena of the whole program. What nothing was said about goes there, so that what the analysis cannot tell is always sound. */
  PROGRAM: 5,
} as const;
export type Strategy = (typeof STRATEGY)[keyof typeof STRATEGY];

export const STRATEGY_NAMES: readonly string[] = ["owned", "counted", "stack", "arena", "component", "program"];

/** What the host call PLAN does; its result is its operand unless something else is said. */
export const PLAN = {
  /** (strategy): of the next object that is allocated. */
  NEXT: 0,
  /** (x): x, which has one owner, and what it owns, is freed; of counted objects below it, one reference goes. */
  RELEASE: 1,
  /** (x): one owner more of a counted object; one that had a single owner is counted from now on. */
  RETAIN: 2,
  /** (x): one owner less of a counted object; without owners it is freed like with RELEASE. */
  DROP: 3,
  /** (nil): a scope arena begins. */
  ARENA_BEGIN: 4,
  /** (nil): the innermost scope arena ends, with all that is in it. */
  ARENA_END: 5,
  /** (nil): a stack scope begins. */
  STACK_BEGIN: 6,
  /** (nil): the innermost stack scope ends. */
  STACK_END: 7,
  /** (nil): a component begins: what is allocated for it from now on is a member. */
  COMPONENT_BEGIN: 8,
  /** (nil): the innermost component takes no more members. */
  COMPONENT_END: 9,
  /** (x): one handle more on the component of x. */
  ACQUIRE: 10,
  /** (x): one handle less on the component of x. */
  RELEASE_HANDLE: 11,
  /** (x): an access that needs the component of x whole begins. */
  TETHER_BEGIN: 12,
  /** (x): that access ends. */
  TETHER_END: 13,
  /** (x): ownership of x leaves the function. Reported, nothing else. */
  TRANSFER: 14,
  /** (x): a reference that may be stale. @throws `MemoryError` when its object is gone */
  CHECK: 15,
  /** (x): x, owned until now, has several owners from now on: it and what it owns become counted, with count 1. */
  SHARE: 16,
} as const;
export type PlanOperation = (typeof PLAN)[keyof typeof PLAN];
