/** Recordings of compiled code and of images: what they asked the outside for is in them, and nothing outside is needed to replay them. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ImageError } from "../../../core/base/errors.ts";
import { finish } from "../../../core/base/steps.ts";
import { RunningImage } from "../../../core/debuggee/image/running-image.ts";
import { replayed, takeRecording } from "../../../core/debuggee/recorded.ts";
import type { ReplayableDebuggee } from "../../../core/debuggee/replayable.ts";
import { bytesFile } from "../../../core/memory/sysout/image-file.ts";
import type { Recording } from "../../../core/timeline/recording/recording.ts";
import { type Ports, quietPorts } from "../../../core/vm/ports.ts";
import { charactersOf } from "../../../host/characters.ts";
import { askingCall, askingImage } from "../../support/images/asking-file.ts";
import { savedIn } from "../../support/images/dead-image.ts";
import { MemoryFiles } from "../../support/images/memory-files.ts";
import { decoded, encoded, taken } from "../../support/images/recordings.ts";
import { runMotion } from "../../support/lisp/debuggee.ts";

/** A computer with files, an environment and a clock that goes. */
function somewhere(write: (text: string) => void = () => {}): Ports {
  const files = new MemoryFiles({ "/home/notes": "some text", "/home/other.~2~": "" });
  let now = 1_704_067_200_123_456;
  return {
    ...quietPorts(),
    console: { write },
    files,
    characters: charactersOf(files),
    clock: { now: () => now++, processorTime: () => 5_000, hoursWest: () => 7 },
    environment: { variable: () => "de_DE", parameter: () => "7", userName: () => "alonzo" },
  };
}

interface Run {
  readonly debuggee: ReplayableDebuggee;
  printed(): string;
}
function recordedRun(make: (ports: Ports) => ReplayableDebuggee): Run {
  let text = "";
  const debuggee = make(
    somewhere((more) => {
      text += more;
    }),
  );
  debuggee.record(256, () => 20);
  return { debuggee, printed: () => text };
}
function imageRun(file: Uint8Array): Run {
  return recordedRun((ports) => {
    const image = RunningImage.load(bytesFile("there.sysout", file), { megabytes: null, managerOptions: {}, ports });
    image.start();
    return image;
  });
}
function replay(recording: Recording, image: Uint8Array | null = null): Run {
  let text = "";
  const write = (more: string) => {
    text += more;
  };
  const file = image === null ? null : bytesFile("here.sysout", image);
  const debuggee = replayed(decoded(encoded(recording)), "test.recording", write, file);
  debuggee.start();
  debuggee.record(256, () => 20);
  return { debuggee, printed: () => text };
}
function back(debuggee: ReplayableDebuggee): string {
  const motion = debuggee.reverseContinue();
  for (let slices = 0; motion !== null && slices < 10_000; slices++) {
    const stop = motion.run(1000);
    if (motion.looksBack?.hasArrived) return stop.kind;
    if (stop.kind !== "slice") motion.looksBack?.keep();
  }
  throw new Error("the motion does not end");
}

describe.each([
  ["the call of a compiled function", () => recordedRun(askingCall)],
  ["an image", () => imageRun(askingImage(somewhere()))],
] as const)("%s that asks for files, a directory, an environment variable and the time", (_name, run) => {
  test("is replayed where none of these is there, forwards and backwards", () => {
    const { debuggee, printed } = run();
    const beginning = debuggee.digest();
    const end = runMotion(debuggee.continue());
    expect(end).toEqual({ kind: "finished", status: 0 });
    expect(printed()).toMatch(/de_DE.* 9 /);
    const recording = taken(debuggee);
    expect(recording.run.inputs.map(({ call }) => call)).toEqual(
      expect.arrayContaining(["environment.variable", "files.open", "files.read", "files.list", "clock.now"]),
    );
    const again = replay(recording);
    expect(again.debuggee.digest()).toBe(beginning);
    for (let round = 0; round < 2; round++) {
      expect(runMotion(again.debuggee.continue())).toEqual(end);
      expect(again.debuggee.digest()).toBe(debuggee.digest());
      expect(again.printed()).toBe(printed());
      expect(back(again.debuggee)).toBe("start");
      expect(again.debuggee.digest()).toBe(beginning);
    }
  });
});

const PROGRAM = `
(define xs (list 1 2 3))
(define (work n) (if (= n 0) (runtime) (begin (set! xs (cons n xs)) (work (- n 1)))))
(define (start) (display (work 40)) (display (work 300)))
(start)
(gc)
(display xs)
`;
const file = savedIn(PROGRAM, "start");

/** A run of that image in which somebody wrote to memory. */
function changedRun(): Run & { readonly address: number } {
  const run = imageRun(file);
  const { debuggee } = run;
  debuggee.setBreakpoints([debuggee.functionEntries("work")[0]?.pc ?? 0]);
  for (let i = 0; i < 20; i++) expect(runMotion(debuggee.continue()).kind).toBe("breakpoint");
  const address = 2 * 0x130000;
  debuggee.writeBytes(address, Uint8Array.of(47, 11));
  debuggee.setBreakpoints([]);
  expect(runMotion(debuggee.continue()).kind).toBe("finished");
  return { ...run, address };
}

test("a replay of an image stops at the same functions, with what somebody wrote to memory", () => {
  const { debuggee, address } = changedRun();
  const again = replay(taken(debuggee));
  again.debuggee.setBreakpoints([again.debuggee.functionEntries("work")[0]?.pc ?? 0]);
  for (let i = 0; i < 20; i++) expect(runMotion(again.debuggee.continue()).kind).toBe("breakpoint");
  expect([...again.debuggee.readBytes(address, 2)]).toEqual([0, 0]);
  expect(runMotion(again.debuggee.continue()).kind).toBe("breakpoint");
  expect([...again.debuggee.readBytes(address, 2)]).toEqual([47, 11]);
  again.debuggee.setBreakpoints([]);
  expect(runMotion(again.debuggee.continue()).kind).toBe("finished");
  expect(again.debuggee.digest()).toBe(debuggee.digest());
});

test("the recording of an image whose beginning was forgotten begins where memory goes back to", () => {
  const { debuggee } = imageRun(file);
  runMotion(debuggee.continue());
  const digest = debuggee.digest();
  while (debuggee.timeline?.points.forgetFirst() === true) {}
  const recording = taken(debuggee);
  expect(recording.run.states[0].from.block).toBeGreaterThan(0);
  const again = replay(recording);
  expect(runMotion(again.debuggee.continue()).kind).toBe("finished");
  expect(again.debuggee.digest()).toBe(digest);
});

test("a recording that was taken in the past has the memory of its beginning", () => {
  const { debuggee } = changedRun();
  const digest = debuggee.digest();
  expect(back(debuggee)).toBe("start");
  const again = replay(taken(debuggee));
  expect(runMotion(again.debuggee.continue()).kind).toBe("finished");
  expect(again.debuggee.digest()).toBe(digest);
});

test("a recording without its image is small, and replays on the file of the image", () => {
  const { debuggee } = changedRun();
  const identity = { sizeBytes: file.length, sha256: "0" };
  const recording = finish(takeRecording(debuggee, { file: bytesFile("there.sysout", file), identity }));
  if (recording === null) throw new Error("nothing is recorded");
  expect(recording.program).toMatchObject({ kind: "image", path: "there.sysout", file: identity });
  expect(encoded(recording).length).toBeLessThan(encoded(taken(debuggee)).length / 10);
  const again = replay(recording, file);
  expect(runMotion(again.debuggee.continue()).kind).toBe("finished");
  expect(again.debuggee.digest()).toBe(debuggee.digest());
  const other = savedIn(PROGRAM.replace("300", "301"), "start");
  expect(() => replay(recording, other)).toThrow(/recording of another machine/);
  expect(() => replay(recording)).toThrow(/the image is missing/);
});

test("pages of memory that are zero are left out", () => {
  const { debuggee } = imageRun(file);
  const [{ pages }] = taken(debuggee).run.states;
  expect(pages.contents.length).toBeLessThan(debuggee.machine.memory.sizeBytes / 4);
  expect(pages.numbers.length * 512).toBe(pages.contents.length);
});

test("whatever the values of a recording of an image are, it is refused, or stops like any machine", () => {
  const { debuggee } = changedRun();
  const recording = taken(debuggee);
  const [first, ...others] = recording.run.states;
  const wrongly = (change: { readonly [member: string]: unknown }, program: object = {}) => {
    const states = [{ ...first, ...change }, ...others] as const;
    const wrong = { program: { ...recording.program, ...program }, run: { ...recording.run, states } } as Recording;
    try {
      const { debuggee: again } = replay(wrong);
      for (let i = 0; i < 50; i++) if (again.continue().run(1000).kind !== "slice") return;
    } catch (problem) {
      expect(problem).toBeInstanceOf(ImageError);
    }
  };
  const { registers } = first.machine;
  const cell = fc.oneof(fc.nat(0x10000000), fc.integer(), fc.nat(100));
  const member = fc.constantFrom(...(Object.keys(registers) as (keyof typeof registers)[]));
  fc.assert(
    fc.property(member, cell, (name, value) =>
      wrongly({ machine: { ...first.machine, registers: { ...registers, [name]: value } } }),
    ),
    { numRuns: 10 },
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(), cell), { minLength: 1, maxLength: 5 }), (changes) => {
      const contents = first.pages.contents.slice();
      const view = new DataView(contents.buffer);
      for (const [at, value] of changes) view.setInt32((4 * at) % contents.length, value);
      wrongly({ pages: { ...first.pages, contents } });
    }),
    { numRuns: 8 },
  );
  const numbers = first.pages.numbers.with(0, -1);
  expect(() =>
    replay({ ...recording, run: { ...recording.run, states: [{ ...first, pages: { ...first.pages, numbers } }] } }),
  ).toThrow(/page -1/);
  for (const megabytes of [0, 7.5, 512])
    expect(() =>
      replay({ ...recording, program: { ...recording.program, megabytes } as Recording["program"] }),
    ).toThrow(/heap of/);
  wrongly({ pages: { numbers: new Int32Array(0), contents: new Uint8Array(0) } });
  wrongly({}, { manager: "marksweep" });
});
