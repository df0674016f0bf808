/** What the scopes of an image show besides objects and tables: stack, interface page, strings, code. */
import { describe, expect, test } from "vitest";
import type { InspectNode } from "../../../../core/inspect/node.ts";
import { imageScopes } from "../../../../core/inspect/scopes.ts";
import { exampleImage } from "../../../support/images/example-image.ts";

const scopes = imageScopes(exampleImage().view);
const child = (node: InspectNode | undefined, name: string) => node?.named().find((one) => one.name === name);
const at = (...path: string[]) =>
  path.reduce<InspectNode | undefined>(
    (node, name) => (node === undefined ? scopes.find((scope) => scope.name === name) : child(node, name)),
    undefined,
  );

describe("the scopes of a dead image", () => {
  test("show the chains of the stack, their frames in pages, and the variables of a frame", () => {
    const current = at("Memory", "stack", "current");
    expect([current?.value, current?.indexedCount]).toEqual(["4 frames, innermost numbers", 4]);
    const [work, topLevel, ...more] = current?.indexed(1, 2) ?? [];
    expect([work?.name, topLevel?.name, more.length]).toEqual(["1", "2", 0]);
    expect(work?.value).toMatch(/^work {2}pc 47, frame \d+$/);
    expect(child(work, "IVAR0")?.value).toBe("5000");
  });

  test("show the interface page field by field", () => {
    const fields = at("Memory", "interface page")?.named() ?? [];
    expect(fields[0]).toMatchObject({ name: "currentfxp", address: 0x140000 });
    expect(fields[0]?.value).toMatch(/^\d+ \(frame of numbers: stack offset of the frame/);
  });

  test("show strings and code among the objects", () => {
    expect(at("Objects", "strings", "thin")?.indexed(0, 5)[0]?.value).toMatch(/"Garbage, made to measure"$/);
    const code = at("Objects", "code", "blocks of the image itself");
    const numbers = code?.indexed(0, 50).find(({ name }) => name === "numbers");
    expect(numbers?.value).toMatch(/^LAMBDA, 1 argument, 24 words at #\d+,\d+$/);
    expect(numbers?.indexed(0, 1)[0]?.value).toBe("IVAR0");
  });

  test("leave packages out where there are none", () => {
    expect(
      at("Symbols")
        ?.named()
        .map(({ name }) => name),
    ).toEqual(["program", "system"]);
  });
});
