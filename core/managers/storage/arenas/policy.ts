/** How an arena takes storage and what it keeps: data, and the three questions that are asked of it. Sizes are in the arena's own units. */

/** What a reset does with the chunks: keeps them all, keeps up to a limit, or gives all back. */
export type ResetPolicy =
  | { readonly kind: "keep-all" }
  | { readonly kind: "keep-limit"; readonly most: number }
  | { readonly kind: "give-back" };

export interface ArenaPolicy {
  /** Size of the first chunk; later ones grow from there. */
  readonly chunk: number;
  /** Each further chunk is so many times the one before. */
  readonly growth: number;
  /** Largest chunk that growth alone leads to; a single request may be larger. */
  readonly mostChunk: number;
  readonly reset: ResetPolicy;
  /** Capacity that may never be passed; null: the arena grows as long as there is storage. */
  readonly limit: number | null;
  /** Capacity that it has from the beginning. */
  readonly presize: number;
}

/** Size of the chunk that is opened for a request: by growth, and never less than the request. */
export function nextChunk(policy: ArenaPolicy, previous: number | null, request: number): number {
  const grown = previous === null ? policy.chunk : Math.min(Math.floor(previous * policy.growth), policy.mostChunk);
  return Math.max(grown, request);
}

/**
 * Size of the chunk that is opened when there is a limit: what growth asks for, cut to what the limit leaves.
 * @returns null when not even the request fits
 */
export function chunkWithin(policy: ArenaPolicy, capacity: number, wanted: number, request: number): number | null {
  if (policy.limit === null) return wanted;
  const left = policy.limit - capacity;
  return left < request ? null : Math.min(wanted, left);
}

/** How many of the chunks, in the order in which they were opened, a reset keeps. */
export function keptChunks(policy: ResetPolicy, sizes: readonly number[]): number {
  if (policy.kind === "keep-all") return sizes.length;
  if (policy.kind === "give-back") return 0;
  let kept = 0;
  for (const [i, size] of sizes.entries()) {
    kept += size;
    if (kept > policy.most) return i;
  }
  return sizes.length;
}
