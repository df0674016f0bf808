import { describe, expect, test } from "vitest";
import { RequestError } from "../../../adapter/errors.ts";
import { Handles } from "../../../adapter/presentation/handles.ts";
import { leaf, place, sequence } from "../../support/protocol/scripted-engine.ts";

const frame = { frame: 8, functionName: "f", pc: 4, place: place(1, 4), isSubtle: false };

describe("handles", () => {
  test("a node without children has the reference 0, which means none", () => {
    expect(new Handles().addContainer(leaf("x", "1"), null)).toBe(0);
  });

  test("numbers are dropped when the program goes on, and never used again", () => {
    const handles = new Handles();
    const id = handles.addFrame(frame);
    const reference = handles.addContainer(sequence("xs", 3), 8);
    expect(handles.frame(id)).toBe(frame);
    expect(handles.container(reference).frame).toBe(8);
    handles.drop();
    expect(() => handles.frame(id)).toThrow(RequestError);
    expect(() => handles.container(reference)).toThrow(/variables reference 1/);
    expect(handles.addFrame(frame)).not.toBe(id);
    expect(handles.addContainer(sequence("xs", 3), null)).not.toBe(reference);
  });

  test("a child is found by name: among those that were listed, or among the named ones", () => {
    const handles = new Handles();
    const x = leaf("x", "1");
    const reference = handles.addContainer(leaf("Locals", "", { namedCount: 1, named: () => [x] }), null);
    expect(handles.child(reference, "x").node).toBe(x);
    expect(() => handles.child(reference, "y")).toThrow(/"y"/);
    const element = leaf("[2]", "20");
    handles.container(reference).seen.set("[2]", element);
    expect(handles.child(reference, "[2]").node).toBe(element);
  });
});
