/** Recordings are saved and opened in steps: with progress, other requests in between, and nothing left behind when that is given up. The clock moves with every look at it. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { realEnvironment } from "../../adapter/program/environment.ts";
import { savedIn } from "../support/images/dead-image.ts";
import { DapClient } from "../support/protocol/dap-client.ts";

const STEP_MS = 100;
const image = savedIn("(define (go) (display 'done))\n(go)\n(define kept (make-vector 30000 1))\n", "go");
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "conspect-recording-"));
  writeFileSync(`${folder}/p.sysout`, image);
});
afterEach(() => rmSync(folder, { recursive: true }));

async function client(): Promise<DapClient> {
  let now = 0;
  const clock = () => {
    now += STEP_MS;
    return now;
  };
  const dap = new DapClient({ ...realEnvironment(), clock });
  await dap.initialize({ supportsProgressReporting: true });
  return dap;
}
async function begin(dap: DapClient, launch: object): Promise<void> {
  await dap.request("launch", { ...launch, stopOnEntry: true });
  await dap.request("configurationDone");
  await dap.event("stopped");
}
const progress = (dap: DapClient) => {
  const all = dap.received.filter(({ event }) => event?.startsWith("progress"));
  return { kinds: all.map(({ event }) => event), titles: dap.events("progressStart").map(({ title }) => title) };
};

test("saving and opening show progress, and end it", async () => {
  const dap = await client();
  await begin(dap, { image: `${folder}/p.sysout`, mode: "run" });
  const { digest } = await dap.request("conspect/digest", {});
  await dap.request("conspect/saveRecording", { path: `${folder}/run.consrec` });
  expect(progress(dap).titles).toEqual(["Saving the recording"]);
  expect(progress(dap).kinds.at(-1)).toBe("progressEnd");
  expect(progress(dap).kinds.length).toBeGreaterThan(4);
  const other = await client();
  await begin(other, { recording: `${folder}/run.consrec` });
  expect(progress(other).titles).toEqual(["Opening run.consrec"]);
  expect(progress(other).kinds.at(-1)).toBe("progressEnd");
  expect((await other.request("conspect/digest", {})).digest).toBe(digest);
});

test.each([
  ["cancel", "cancelled"],
  ["continue", /was given up/],
] as const)("saving that is broken off by %s leaves no file behind", async (command, message) => {
  const dap = await client();
  await begin(dap, { image: `${folder}/p.sysout`, mode: "run" });
  const path = `${folder}/run.consrec`;
  const saving = dap.ask("conspect/saveRecording", { path });
  while (!readdirSync(folder).some((name) => name.includes("-temp-"))) await nextTurn();
  expect(await dap.request("threads")).toMatchObject({ threads: [{ id: 1 }] });
  await dap.request(command, command === "cancel" ? { requestId: saving } : { threadId: 1 });
  const answer = await dap.answerTo(saving);
  expect(answer).toMatchObject({ success: false });
  expect(answer.message).toMatch(message);
  expect(readdirSync(folder)).toEqual(["p.sysout"]);
});

test("opening can be cancelled; another program can be launched then", async () => {
  const dap = await client();
  await begin(dap, { image: `${folder}/p.sysout`, mode: "run" });
  await dap.request("conspect/saveRecording", { path: `${folder}/run.consrec` });
  const other = await client();
  const opening = other.ask("launch", { recording: `${folder}/run.consrec` });
  await nextTurn();
  await other.request("cancel", { requestId: opening });
  expect(await other.answerTo(opening)).toMatchObject({ success: false, message: "cancelled" });
  await begin(other, { image: `${folder}/p.sysout`, mode: "run" });
});

test("a file that cannot be written is refused with a reason", async () => {
  const dap = await client();
  await begin(dap, { image: `${folder}/p.sysout`, mode: "run" });
  const path = `${folder}/none/run.consrec`;
  await expect(dap.request("conspect/saveRecording", { path })).rejects.toThrow(/directory does not exist/);
  rmSync(`${folder}/p.sysout`);
  const left = { path: `${folder}/run.consrec`, leaveImageOut: true };
  await expect(dap.request("conspect/saveRecording", left)).rejects.toThrow(/there is no such file/);
  expect(readdirSync(folder)).toEqual([]);
});

test("a copy is made of the recording that was opened, whatever its file holds since", async () => {
  const dap = await client();
  await begin(dap, { image: `${folder}/p.sysout`, mode: "run" });
  await dap.request("conspect/saveRecording", { path: `${folder}/run.consrec` });
  const replaying = await client();
  await begin(replaying, { recording: `${folder}/run.consrec` });
  writeFileSync(`${folder}/run.consrec`, "something else");
  expect(await replaying.request("conspect/fork", {})).toMatchObject({ machine: expect.any(Number) });
});
