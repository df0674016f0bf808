import { describe, expect, test } from "vitest";
import { InputError, parse, UsageError } from "../../cli/command.ts";
import { hostSettings, OUTSIDE_OPTIONS, processPorts } from "../../cli/program.ts";

const settings = (...args: string[]) => hostSettings(parse(args, OUTSIDE_OPTIONS).values);

describe("what a machine may reach", () => {
  test("is nothing, and the harmless variables, when nothing is said", () => {
    expect(settings()).toEqual({ files: [], environment: null });
  });

  test("is what the options name, as often as they are given", () => {
    expect(settings("--files", "a", "--writable", "b", "--files=c", "--env", "A=1", "--env", "B==")).toEqual({
      files: [
        { path: "a", writable: false },
        { path: "c", writable: false },
        { path: "b", writable: true },
      ],
      environment: { A: "1", B: "=" },
    });
  });

  test("must be there, and make sense", () => {
    expect(() => settings("--env", "A")).toThrow(new UsageError("--env A: expected NAME=VALUE"));
    expect(() => processPorts(() => {}, settings("--files", "/no/such/directory"))).toThrow(InputError);
  });
});
