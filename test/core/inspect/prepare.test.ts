import { expect, test } from "vitest";
import { finish, type IndexProgress } from "../../../core/base/steps.ts";
import { deadImage, type ImageView } from "../../../core/inspect/image-view.ts";
import type { InspectNode } from "../../../core/inspect/node.ts";
import { imageScopes } from "../../../core/inspect/scopes.ts";
import { imageStoppedIn } from "../../support/images/dead-image.ts";

/** The first node of each name that can be prepared; of lists the first elements are followed. */
function preparable(view: ImageView): Map<string, InspectNode> {
  const found = new Map<string, InspectNode>();
  const visit = (node: InspectNode, depth: number) => {
    if (node.prepare !== null && !found.has(node.name)) found.set(node.name, node);
    if (depth < 3) for (const child of childrenOf(node)) visit(child, depth + 1);
  };
  for (const scope of imageScopes(view)) visit(scope, 0);
  return found;
}
const childrenOf = (node: InspectNode) => [...node.named(), ...node.indexed(0, 2)];
/** Two levels of children, as text. */
const opened = (node: InspectNode) =>
  childrenOf(node).map((child) => [child.name, child.value, childrenOf(child).map(({ name, value }) => [name, value])]);

test("what is prepared in steps shows the same as what is opened at once", () => {
  const { memory, code } = imageStoppedIn("(define (f x) (cons x x)) (define kept (list 1 2 (list 3)))\n(f kept)", "f");
  const names = [...preparable(deadImage(memory, code)).keys()];
  expect(names.length).toBeGreaterThan(5);
  for (const name of names) {
    const node = preparable(deadImage(memory, code)).get(name) as InspectNode;
    const reports: IndexProgress[] = [];
    const view = deadImage(memory, code);
    const fresh = preparable(view).get(name) as InspectNode;
    view.memo?.clear();
    if (fresh.prepare !== null) finish(fresh.prepare(), (report) => reports.push(report));
    expect([name, reports.length > 0, view.memo?.size !== 0]).toEqual([name, true, true]);
    expect([name, opened(fresh)]).toEqual([name, opened(node)]);
  }
});
