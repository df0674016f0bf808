/** Every view of an image opens on any damage: no exception, no endless walk, a bounded number of nodes. */
import { describe, expect, test } from "vitest";
import type { ImageView } from "../../../core/inspect/image-view.ts";
import type { InspectNode } from "../../../core/inspect/node.ts";
import { openImage } from "../../../core/inspect/open-image.ts";
import { imageScopes, scopes } from "../../../core/inspect/scopes.ts";
import { frameChains } from "../../../core/inspect/stack/chains.ts";
import {
  DTD_BASE,
  HTCOLL_BASE,
  HTMAIN_BASE,
  IFPAGE_BASE,
  STACK_BASE,
  TYPE_TABLE_BASE,
} from "../../../core/memory/layout.ts";
import { isMapped } from "../../../core/memory/translation.ts";
import { exampleFile } from "../../support/images/example-image.ts";

const IMAGES = 200;
const DEPTH = 3;
/** What takes long is opened in one image of so many: it walks the whole heap, node by node. */
const EXPENSIVE_EVERY = 10;
/** Children of a list that are opened. */
const OPENED = 4;
/** A sound image has two thirds of this. */
const MOST_NODES = 40_000;

/** Where damage tells: beginning and words of tables that lead to everything else. */
const TARGETS = [
  [IFPAGE_BASE, 88],
  [STACK_BASE + 0x100, 0x100],
  [TYPE_TABLE_BASE + 0x1700, 0x400],
  [DTD_BASE, 0x600],
  [HTMAIN_BASE, 0x10000],
  [HTCOLL_BASE, 0x100],
  [0x2c0000, 0x2000],
  [0x2e0000, 0x3000],
  [0x4e4000, 0x2000],
] as const;

function openAll(node: InspectNode, depth: number, opensExpensive: boolean): number {
  if (depth === 0 || (node.isExpensive && !opensExpensive)) return 1;
  let nodes = 1;
  for (const child of [...node.named(), ...node.indexed(0, OPENED)]) nodes += openAll(child, depth - 1, opensExpensive);
  return nodes;
}

function openEverything(view: ImageView, opensExpensive: boolean): number {
  let nodes = 0;
  for (const scope of imageScopes(view)) nodes += openAll(scope, DEPTH, opensExpensive);
  for (const chain of frameChains(view)) {
    for (const { context } of chain.frames(0, OPENED)) {
      for (const scope of scopes(view, context).slice(0, 2)) nodes += openAll(scope, DEPTH, opensExpensive);
    }
  }
  return nodes;
}

describe("damaged images", () => {
  const { view } = openImage(exampleFile());
  let seed = 20_261_121;
  const random = (limit: number): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 0x100000000) * limit);
  };
  /** A value that looks like something: a pointer into the image, a block header, a mark, or noise. */
  const value = (): number => {
    const kinds = [0, 0xffffffff, 0x2e0000 + 2 * random(0x2000), random(0x800000), 0xaaa90000 + random(0x10000)];
    return kinds[random(8)] ?? random(0x100000000);
  };

  test(`${IMAGES} of them open to depth ${DEPTH} without an exception`, () => {
    for (let image = 0; image < IMAGES; image++) {
      const saved: (readonly [number, number])[] = [];
      for (let i = 0; i < 1 + random(40); i++) {
        const [start, words] = TARGETS[random(TARGETS.length)] ?? TARGETS[0];
        const address = start + (random(words) & ~1);
        if (!isMapped(view.memory, address, 2)) continue;
        saved.push([address, view.memory.cell(address)]);
        view.memory.setCell(address, value());
      }
      const nodes = openEverything(view, image % EXPENSIVE_EVERY === 0);
      expect(nodes).toBeGreaterThan(20);
      expect(nodes).toBeLessThan(MOST_NODES);
      for (const [address, cell] of saved.reverse()) view.memory.setCell(address, cell);
    }
  });
});
