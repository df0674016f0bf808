/** What is known of the lifetimes in one version of a document, computed when it is first asked for. */
import { type LifetimeFacts, type LifetimeHint, lifetimeFacts, lifetimeHints } from "#core";
import type { Snapshot } from "./documents.ts";

/** The analysis follows values through the whole program: of longer texts the answers would come too late. */
const MAX_FOLLOWED_LENGTH = 100_000;

/** Null for a text that is too long to follow. */
export function lifetimesIn(snapshot: Snapshot): LifetimeFacts | null {
  return snapshot.once(factsOf);
}

export function hintsIn(snapshot: Snapshot): readonly LifetimeHint[] {
  return snapshot.once(hintsOf);
}

function factsOf({ text, analysis }: Snapshot): LifetimeFacts | null {
  return text.length > MAX_FOLLOWED_LENGTH ? null : lifetimeFacts(analysis);
}

function hintsOf(snapshot: Snapshot): readonly LifetimeHint[] {
  const facts = lifetimesIn(snapshot);
  return facts === null ? [] : lifetimeHints(facts);
}
