/** Moments as values: their order, and how people write them. What a moment is stands at its type. Source: style guide 2.4. */
import type { Moment } from "../vm/events.ts";

/** Negative when `a` comes before `b`, 0 for the same moment. */
export function compareMoments(a: Moment, b: Moment): number {
  // Within a block both PC and steps only grow, but a collection may stand between two instructions: where one has grown, neither has shrunk.
  return a.block - b.block || a.steps - b.steps || a.pc - b.pc;
}

/** `1234:5f3a0`, or `1234:5f3a0+17` after 17 steps of collections: safepoints in decimal, byte address in hexadecimal. */
export function momentText({ block, pc, steps }: Moment): string {
  return `${block}:${pc.toString(16)}${steps === 0 ? "" : `+${steps}`}`;
}

/** The moment that such a text names; null when it is none. */
export function parseMoment(text: string): Moment | null {
  const parts = /^(\d{1,15}):([\da-f]{1,8})(?:\+(\d{1,15}))?$/i.exec(text.trim());
  if (parts === null) return null;
  return { block: Number(parts[1]), pc: Number.parseInt(parts[2] as string, 16), steps: Number(parts[3] ?? 0) };
}
