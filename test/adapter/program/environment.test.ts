import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { realEnvironment } from "../../../adapter/program/environment.ts";
import { quietPorts } from "../../../core/vm/ports.ts";

describe("reading a program", () => {
  test("refuses a device, which would never end", () => {
    expect(() => realEnvironment().readText("/dev/zero")).toThrow(/not a file/);
  });
  test("reads a file", () => {
    expect(realEnvironment().readText(import.meta.filename)).toContain("reads a file");
  });
});

describe("compiled files", () => {
  const settings = { manager: "refcount", managerOptions: {}, heapMB: 8, args: [], ports: quietPorts() };
  const path = join(import.meta.dirname, "../../../examples/lists.lcom");

  test("are read from the file system, and the function is ready to be called", () => {
    const loaded = realEnvironment().loadCompiled({ paths: [path], function: "SUM", arguments: ["(1)"] }, settings);
    expect(loaded).toMatchObject({ kind: "loaded", notes: [expect.stringContaining("2 expressions")] });
  });

  test("that are missing or too large are refused by name", () => {
    const call = { paths: ["nowhere.lcom"], function: "SUM", arguments: [] };
    expect(() => realEnvironment().loadCompiled(call, settings)).toThrow("nowhere.lcom");
    const folder = { ...call, paths: [import.meta.dirname] };
    expect(() => realEnvironment().loadCompiled(folder, settings)).toThrow();
  });
});
