import { describe, expect, test } from "vitest";
import { pageRows } from "./page.ts";
import { protocolReport } from "./report.ts";
import { PROTOCOL_ROWS, rowsNamed, SPECIFICATION } from "./rows.ts";

describe("report of the protocol", () => {
  test("has the names of specification 1.71 once each", () => {
    const { version, capabilities, requests, events } = SPECIFICATION;
    expect([version, capabilities.length, requests.length, events.length]).toEqual(["1.71", 42, 45, 17]);
    expect(new Set(PROTOCOL_ROWS.map(({ kind, name }) => `${kind} ${name}`)).size).toBe(104);
  });

  test("docs/dap.md has the same rows in the same order", () => {
    expect(pageRows().map(({ kind, name }) => ({ kind, name }))).toEqual(PROTOCOL_ROWS);
  });

  test("reads one name, several, and several of one kind from a title", () => {
    expect(rowsNamed("request next: a line")).toEqual([{ kind: "request", name: "next" }]);
    expect(rowsNamed("values > capability supportsModulesRequest, request modules, event module: three")).toEqual([
      { kind: "capability", name: "supportsModulesRequest" },
      { kind: "request", name: "modules" },
      { kind: "event", name: "module" },
    ]);
    expect(rowsNamed("event progressStart, progressEnd: twice")).toEqual([
      { kind: "event", name: "progressStart" },
      { kind: "event", name: "progressEnd" },
    ]);
    expect(rowsNamed("requests are answered: all")).toEqual([]);
  });

  test("a row is open without a test, with a failing one, and without a meaning on the page", () => {
    const outcome = (title: string, passed: boolean) => ({ title, file: "a.test.ts", passed });
    const page = PROTOCOL_ROWS.map((row) => ({ ...row, isFilled: row.name !== "goto" }));
    const { lines, open } = protocolReport(
      [
        outcome("request next: by form", true),
        outcome("request next: by line", true),
        outcome("request goto: there", true),
        outcome("request pause: soon", true),
        outcome("request pause: late", false),
        outcome("request jump: nowhere", true),
        outcome("request conspect/digest: all of it", true),
      ],
      page,
      [{ kind: "request", name: "conspect/digest" }],
    );
    expect(open).not.toContain("request next");
    expect(open).not.toContainEqual(expect.stringContaining("digest"));
    expect(open).toEqual(
      expect.arrayContaining(["request goto", "request pause", "request stepIn", "request jump (no such name)"]),
    );
    expect(lines).toContain("| next | `a.test.ts`: by form (and 1 more) |");
    expect(lines).toContain("| stepIn | (open) |");
  });
});
