/** The features that the server has. What is announced to the client is derived from these rows, so that it cannot be wrong. */
import type { ServerCapabilities } from "vscode-languageserver";
import type { Feature } from "./feature.ts";

export const features: readonly Feature[] = [];

export function capabilities(): ServerCapabilities {
  return Object.assign({}, ...features.map((feature) => feature.capability));
}
