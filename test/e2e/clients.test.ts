/**
 * Debug clients that are not ours, each through one session: a breakpoint, the stack, variables, a step and back again, a stop before objects are reclaimed,
 * the end. How users set them up: `docs/clients.md`.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { DebugClient } from "@vscode/debugadapter-testsupport";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ADAPTER, overStandardStreams, requireBundle } from "../support/protocol/adapter-process.ts";

const CLIENTS = resolve(import.meta.dirname, "support/clients");
const PROGRAM = resolve(import.meta.dirname, "../../examples/garbage.cons");
/** The first line of the loop in `work`. */
const LINE = 32;
const SESSION_MS = 120_000;

/** What every client sees, in order. */
const SEEN = [
  /^stopped: breakpoint/m,
  /^frame: work line 32$/m,
  /^variables: .*rounds=5000.* sum=0.* round=0/m,
  /^stopped: step/m,
  /^line: 33$/m,
  /^line: 32$/m,
  /^stopped: exception gc\.reclaim: collection 1/m,
  /^exited: 0$/m,
  /^output: "Garbage, made to measure"\n20000\n5001$/m,
];

const home = mkdtempSync(join(tmpdir(), "conspect-clients-"));
beforeAll(requireBundle);
afterAll(() => rmSync(home, { recursive: true, force: true }));

const isInstalled = (program: string) => spawnSync(program, ["--version"]).status === 0;

/** Runs a client with a home of its own; all that it prints. */
function run(program: string, args: readonly string[], more: Readonly<Record<string, string>> = {}): string {
  const places = { HOME: home, XDG_DATA_HOME: home, XDG_CACHE_HOME: home, XDG_STATE_HOME: home, XDG_CONFIG_HOME: home };
  const env = { ...process.env, ...places, ...more };
  const done = spawnSync(program, args, { env, encoding: "utf8", timeout: SESSION_MS });
  return `${done.stdout}\n${done.stderr}`;
}
function expectWholeSession(printed: string): void {
  for (const line of SEEN) expect(printed).toMatch(line);
}

describe("other debug clients complete a session", () => {
  // `.ci/run` installs it: there it must not be missing.
  test.skipIf(!isInstalled("emacs") && process.env.CI !== "true")("Emacs with dap-mode", () => {
    const script = join(CLIENTS, "dap-mode.el");
    expectWholeSession(run("emacs", ["--batch", "-l", script, process.execPath, ADAPTER, PROGRAM, String(LINE)]));
  });

  // No package registry has nvim-dap: `NVIM_DAP` names a folder with it.
  const plugin = process.env.NVIM_DAP ?? "";
  test.skipIf(plugin === "" || !isInstalled("nvim"))("Neovim with nvim-dap", () => {
    const args = ["--headless", "-u", "NONE", "-i", "NONE", "--cmd", `set rtp+=${plugin}`];
    const script = join(CLIENTS, "nvim-dap.lua");
    const more = { NODE: process.execPath, ADAPTER, PROGRAM, LINE: String(LINE) };
    expectWholeSession(run("nvim", [...args, "-c", `luafile ${script}`], more));
  });

  test("the client library of debug adapters for VS Code", async () => {
    const { client, stop } = await overStandardStreams();
    try {
      expectWholeSession(await session(client));
    } finally {
      await stop();
    }
  });
});

async function session(client: DebugClient): Promise<string> {
  const seen: string[] = [];
  const output: string[] = [];
  client.on("stopped", ({ body }) => seen.push(`stopped: ${body.reason} ${body.text ?? ""}`));
  client.on("exited", ({ body }) => seen.push(`exited: ${body.exitCode}`));
  client.on("output", ({ body }) => output.push(body.output));
  const top = async () => (await client.stackTraceRequest({ threadId: 1 })).body.stackFrames[0];
  const go = (command: string) =>
    Promise.all([client.waitForEvent("stopped"), client.customRequest(command, { threadId: 1 })]);
  await client.hitBreakpoint({ program: PROGRAM }, { path: PROGRAM, line: LINE });
  const frame = await top();
  seen.push(`frame: ${frame?.name} line ${frame?.line}`);
  const { scopes } = (await client.scopesRequest({ frameId: frame?.id ?? 0 })).body;
  const { variables } = (await client.variablesRequest({ variablesReference: scopes[0]?.variablesReference ?? 0 }))
    .body;
  seen.push(`variables: ${variables.map(({ name, value }) => `${name}=${value}`).join(" ")}`);
  for (const command of ["next", "stepBack"]) {
    await go(command);
    seen.push(`line: ${(await top())?.line}`);
  }
  await client.setBreakpointsRequest({ source: { path: PROGRAM }, breakpoints: [] });
  await client.setExceptionBreakpointsRequest({ filters: ["gc.reclaim"] });
  await go("continue");
  await client.setExceptionBreakpointsRequest({ filters: [] });
  await Promise.all([client.waitForEvent("terminated"), client.continueRequest({ threadId: 1 })]);
  return `${seen.join("\n")}\noutput: ${output.join("")}`;
}
