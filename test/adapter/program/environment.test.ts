import { describe, expect, test } from "vitest";
import { realEnvironment } from "../../../adapter/program/environment.ts";

describe("reading a program", () => {
  test("refuses a device, which would never end", () => {
    expect(() => realEnvironment().readText("/dev/zero")).toThrow(/not a file/);
  });
  test("reads a file", () => {
    expect(realEnvironment().readText(import.meta.filename)).toContain("reads a file");
  });
});
