/** How the things of a page are named and measured. */
import type { Locator } from "playwright-core";

const NAME_CHARACTERS_TO_ESCAPE = /["\\]/g;

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A text for an attribute selector. */
export const quoted = (text: string): string => `"${text.replace(NAME_CHARACTERS_TO_ESCAPE, "\\$&")}"`;

export async function boxOf(locator: Locator): Promise<Point & { readonly width: number; readonly height: number }> {
  const box = await locator.boundingBox();
  if (box === null) throw new Error(`${locator} is not on the screen`);
  return box;
}

/** Text of all that the locator finds, once there is something. */
export async function textOf(locator: Locator): Promise<string> {
  await locator.first().waitFor();
  return (await locator.allInnerTexts()).join("\n").replaceAll("\u00a0", " ");
}

export function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
