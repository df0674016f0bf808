/** Verify and audit as the debugger shows them. */
import { expect, test } from "vitest";
import type { InspectNode } from "../../../../core/inspect/node.ts";
import { openImage } from "../../../../core/inspect/open-image.ts";
import { collectorScope } from "../../../../core/inspect/scopes/collector.ts";
import { renderTree } from "../../../../core/inspect/text.ts";
import { ARRAY_BASE, HTMAIN_BASE } from "../../../../core/memory/layout.ts";
import { exampleFile, exampleImage } from "../../../support/images/example-image.ts";

const child = (node: InspectNode, name: string): InspectNode => {
  const found = node.named().find((one) => one.name === name);
  if (found === undefined) throw new RangeError(`no ${name} in ${node.named().map((one) => one.name)}`);
  return found;
};

test("nothing is checked before the nodes are opened", () => {
  const scope = collectorScope(exampleImage().view);
  for (const name of ["audit", "verify"])
    expect(child(scope, name)).toMatchObject({ isExpensive: true, value: expect.stringMatching(/^open to /) });
});

test("a sound image has a verdict and checks without findings", () => {
  const scope = collectorScope(exampleImage().view);
  for (const name of ["audit", "verify"]) {
    const node = child(scope, name);
    expect(node.named()).toHaveLength(node.namedCount);
  }
  expect(child(child(scope, "audit"), "verdict").value).toBe("every count is what was found");
  const checks = child(scope, "verify").named();
  expect(checks.map(({ value }) => value.startsWith("nothing wrong"))).toEqual(checks.map(() => true));
});

test("findings lead to their place, and to what was expected there", () => {
  const { view } = openImage(exampleFile());
  view.memory.setCell(ARRAY_BASE, 0xdeadbeef);
  view.memory.setCell(HTMAIN_BASE + 2 * 77, 0x00040e80);
  const scope = collectorScope(view);
  const blocks = child(child(scope, "verify"), "array-blocks");
  expect(blocks.value).toMatch(/^1 error, 0 warnings/);
  const [finding] = blocks.indexed(0, 10);
  expect(finding).toMatchObject({ name: "error at #56,0", address: ARRAY_BASE });
  expect(renderTree(finding as InspectNode).join("\n")).toMatch(/found +0xDEADBEEF[\s\S]*> #56,0 +0xDEADBEEF/);
  const [problem] = child(child(scope, "audit"), "table").indexed(0, 10);
  expect(problem?.address).toBe(HTMAIN_BASE + 2 * 77);
  expect(child(problem as InspectNode, "what to do").value).toContain("verify");
});
