/** Recordings: a run is saved to a file, and debugged from there. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { quietPorts } from "../../../../core/vm/ports.ts";
import { askingArguments, askingFile, askingImage } from "../../../support/images/asking-file.ts";
import { MemoryFiles } from "../../../support/images/memory-files.ts";
import { type BlackBox, withAdapter } from "../../../support/protocol/black-box.ts";

const PROGRAM = `(define times nil)
(define limit 3)
(define (note n)
  (set! times (cons (+ n (runtime)) times))
  n)
(define (sum n)
  (if (= n 0) 0 (+ (note n) (sum (- n 1)))))
(print (sum limit))
(print times)
`;

async function here(dap: BlackBox): Promise<{ readonly line: number; readonly digest: string }> {
  const { line } = await dap.topFrame();
  const { digest } = await dap.request("conspect/digest", {});
  return { line, digest };
}
async function go(dap: BlackBox, command: string) {
  await dap.request(command, { threadId: 1 });
  const { reason } = await dap.event("stopped");
  return { reason, ...(await here(dap)) };
}

/** A run in which a variable was changed at its first stop; the file with its recording, and what was seen. */
async function recorded(dap: BlackBox) {
  const path = `${dap.folder}/run.consrec`;
  await dap.stopOn([4], PROGRAM, { stopAtEnd: true });
  await dap.request("setExpression", { expression: "limit", value: "2" });
  const stops = [await go(dap, "continue"), await go(dap, "continue")];
  expect(await dap.request("conspect/saveRecording", { path })).toMatchObject({ saved: true, path });
  return { path, stops };
}

test("request conspect/saveRecording, request launch: a recording is the same run, forwards and backwards", async () => {
  let file = new Uint8Array();
  let stops: unknown[] = [];
  await withAdapter(async (dap) => {
    const run = await recorded(dap);
    file = readFileSync(run.path);
    stops = run.stops;
    await expect(dap.request("conspect/saveRecording", { path: run.path })).resolves.toEqual({
      saved: false,
      needs: "overwrite",
    });
  });
  await withAdapter(async (dap) => {
    const recording = dap.file("sent.consrec", file);
    await dap.launch({ recording, stopOnEntry: true });
    await dap.event("stopped");
    const { source } = await dap.topFrame();
    expect(existsSync(source.path)).toBe(false);
    const { content } = await dap.request("source", { source, sourceReference: source.sourceReference });
    expect(content).toBe(PROGRAM);
    await dap.request("setBreakpoints", { source, breakpoints: [{ line: 4 }] });
    expect(await go(dap, "continue")).toMatchObject({ reason: "breakpoint", line: 4 });
    expect(await go(dap, "continue")).toEqual(stops[0]);
    expect(await go(dap, "continue")).toEqual(stops[1]);
    expect(await go(dap, "reverseContinue")).toEqual(stops[0]);
  });
});

test("request conspect/saveRecording: a run that goes on ends in its recording where it was saved", () =>
  withAdapter(async (dap) => {
    const path = `${dap.folder}/run.consrec`;
    await dap.stopOn([5], PROGRAM);
    const digest = (await here(dap)).digest;
    await dap.request("conspect/saveRecording", { path });
    expect(await here(dap)).toMatchObject({ digest });
    await dap.request("disconnect", {});
    await withAdapter(async (other) => {
      await other.launch({ recording: path });
      const stopped = await other.event("stopped");
      expect(stopped).toMatchObject({ reason: "end of the recording" });
      expect(await here(other)).toEqual({ line: 5, digest });
      expect(await go(other, "continue")).toMatchObject({ reason: "end of the recording", digest });
      expect(await go(other, "stepBack")).toMatchObject({ reason: "step" });
    });
  }));

test("request conspect/saveRecording: without a recording it says what to do", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([5], PROGRAM, { record: false });
    await expect(dap.request("conspect/saveRecording", { path: `${dap.folder}/x` })).rejects.toThrow(/"record": true/);
  }));

test("request launch: a file that is no recording is refused, and so are attributes that it brings along", () =>
  withAdapter(async (dap) => {
    await dap.initialize();
    const launch = (more: object) => dap.request("launch", more);
    const recording = dap.file("text.consrec", "no recording");
    await expect(launch({ recording })).rejects.toThrow(/it is no recording/);
    await expect(launch({ recording: `${dap.folder}/none` })).rejects.toThrow(/there is no such file/);
    await expect(launch({ recording, program: "a.cons" })).rejects.toThrow(/"program".*brings its own/);
    rmSync(recording);
  }));

/** Launches what reads a file, a directory and the environment, runs it to its end, saves it, and takes all of that away. */
async function savedElsewhere(dap: BlackBox, home: string, launch: object, save: object = {}) {
  await dap.launch({ ...launch, files: [{ path: home }], environment: { LANG: "de_DE" }, stopAtEnd: true });
  expect(await dap.event("stopped")).toMatchObject({ reason: "exited" });
  const { digest } = await dap.request("conspect/digest", {});
  const path = `${dap.folder}/asked.consrec`;
  expect(await dap.request("conspect/saveRecording", { path, ...save })).toMatchObject({ saved: true });
  rmSync(home, { recursive: true });
  return { digest, bytes: readFileSync(path), output: printed(dap) };
}
function homeIn(dap: BlackBox): string {
  const home = `${dap.folder}/home`;
  mkdirSync(home);
  writeFileSync(`${home}/notes`, "some text");
  return home;
}
function printed(dap: BlackBox): string {
  const bodies = dap.events("output").filter(({ category }) => category === "stdout");
  return bodies.map(({ output }) => output).join("");
}

test.each([
  [
    "an image",
    (dap: BlackBox, home: string) => {
      const there = { ...quietPorts(), files: new MemoryFiles({ [`${home}/notes`]: "" }) };
      return { image: dap.file("ask.sysout", askingImage(there, home)), mode: "run" };
    },
  ],
  [
    "a compiled file",
    (dap: BlackBox, home: string) => {
      return { program: dap.file("ask.lcom", askingFile()), function: "ASK", args: askingArguments(home) };
    },
  ],
] as const)(
  "request conspect/saveRecording, request launch: the run of %s is replayed where its files are not",
  async (_, launch) => {
    let file = new Uint8Array();
    let digest = "";
    let output = "";
    await withAdapter(async (dap) => {
      const home = homeIn(dap);
      const run = await savedElsewhere(dap, home, launch(dap, home));
      expect(run.output).toMatch(/de_DE.* 9 /);
      [file, digest, output] = [run.bytes, run.digest, run.output];
    });
    await withAdapter(async (dap) => {
      await dap.launch({ recording: dap.file("sent.consrec", file) });
      expect(await dap.event("stopped")).toMatchObject({ reason: "exited" });
      expect((await dap.request("conspect/digest", {})).digest).toBe(digest);
      expect(printed(dap)).toBe(output);
      await dap.request("reverseContinue", { threadId: 1 });
      expect(await dap.event("stopped")).toMatchObject({ reason: "step" });
      await dap.request("continue", { threadId: 1 });
      expect(await dap.event("stopped")).toMatchObject({ reason: "exited" });
      expect((await dap.request("conspect/digest", {})).digest).toBe(digest);
    });
  },
);

test("request conspect/saveRecording, request launch: without its image a recording asks for that file, and takes no other", () =>
  withAdapter(async (dap) => {
    const home = homeIn(dap);
    const there = { ...quietPorts(), files: new MemoryFiles({ [`${home}/notes`]: "" }) };
    const bytes = askingImage(there, home);
    const image = dap.file("ask.sysout", bytes);
    const { bytes: file, digest } = await savedElsewhere(dap, home, { image, mode: "run" }, { leaveImageOut: true });
    expect(file.length).toBeLessThan(bytes.length / 10);
    mkdirSync(`${dap.folder}/other`);
    renameSync(image, `${dap.folder}/other/moved.sysout`);
    await withAdapter(async (other) => {
      const recording = other.file("sent.consrec", file);
      await other.initialize();
      const open = (more: object) => other.request("launch", { recording, ...more });
      await expect(open({})).rejects.toThrow(
        /needs a file of \d+ bytes with the SHA-256 [0-9a-f]{64}; found .*no such file/,
      );
      const wrong = other.file("wrong.sysout", bytes.with(700, 1));
      await expect(open({ image: wrong })).rejects.toThrow(
        /SHA-256 ([0-9a-f]{64}); found .*SHA-256 (?!\1)[0-9a-f]{64}\. Name/,
      );
      await open({ image: `${dap.folder}/other/moved.sysout` });
      await other.event("initialized");
      await other.request("configurationDone", {});
      expect(await other.event("stopped")).toMatchObject({ reason: "exited" });
      expect((await other.request("conspect/digest", {})).digest).toBe(digest);
    });
  }));
