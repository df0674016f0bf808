/** Sessions on images whose bytes were changed at random: every request is answered, and none of them fails inside. */
import fc from "fast-check";
import { describe, test } from "vitest";
import { realEnvironment } from "../../adapter/program/environment.ts";
import { openedImage } from "../../adapter/program/loading/opened-image.ts";
import { requests } from "../../adapter/requests/index.ts";
import { bytesFile } from "../../core/memory/sysout/image-file.ts";
import { savedIn } from "../support/images/dead-image.ts";
import { miniBytes } from "../support/images/mini-sysout.ts";
import { DapClient, type Loose } from "../support/protocol/dap-client.ts";

const PROGRAM = `
(define xs (list 1 2 "three" 4.5))
(define v (vector 1 xs "x"))
(define (deep n) (if (= n 0) (stop) (+ 1 (deep (- n 1)))))
(define (stop) 0)
(deep 50)
`;
/** Each with the places of the bytes that hold something: most of an image is empty. */
const images = [miniBytes(), savedIn(PROGRAM, "stop")].map((bytes) => {
  return { bytes, places: Uint32Array.from(bytes.keys()).filter((place) => bytes[place] !== 0) };
});
/** The places of the interface page come first. */
const FIRST_PLACES = 100;
const changes = fc.array(fc.tuple(fc.oneof(fc.nat({ max: FIRST_PLACES }), fc.nat()), fc.nat({ max: 255 })), {
  minLength: 1,
  maxLength: 60,
});
const EXPRESSIONS = ["xs", "(length xs)", "(elt v 1)", "(type v)", "#1,2", "(why xs)", "(refcount v)", "\\RECLAIMMIN"];

/** The answer, which must be none of a fault of our own. */
async function ask(dap: DapClient, command: string, args: object = {}): Promise<Loose> {
  const { success, body, message } = await dap.send(command, args);
  if (body?.error?.id === 9001) throw new Error(message);
  return success === true ? body : null;
}

async function lookAtAll(dap: DapClient): Promise<void> {
  const { threads } = await ask(dap, "threads");
  for (const { id } of threads.slice(0, 5)) {
    const { stackFrames } = await ask(dap, "stackTrace", { threadId: id, startFrame: 0, levels: 10 });
    for (const frame of stackFrames.slice(0, 3)) {
      await ask(dap, "disassemble", { memoryReference: frame.instructionPointerReference, instructionCount: 20 });
      const { scopes } = await ask(dap, "scopes", { frameId: frame.id });
      for (const scope of scopes) await open(dap, scope.variablesReference, 2);
      for (const expression of EXPRESSIONS)
        await ask(dap, "evaluate", { expression, frameId: frame.id, context: "repl" });
      await ask(dap, "completions", { text: "(x", column: 3, frameId: frame.id });
    }
  }
}
async function open(dap: DapClient, variablesReference: number, depth: number): Promise<void> {
  const answer = await ask(dap, "variables", { variablesReference, start: 0, count: 8 });
  for (const child of depth === 0 ? [] : (answer?.variables ?? [])) {
    if (child.variablesReference > 0) await open(dap, child.variablesReference, depth - 1);
  }
}

describe("a session on a damaged image", () => {
  test("answers whatever is asked", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...images), changes, async (image, damage) => {
        const bytes = image.bytes.slice();
        for (const [place, byte] of damage) bytes[image.places[place % image.places.length] ?? 0] = byte;
        const dap = new DapClient({ ...realEnvironment(), openImage: () => openedImage(bytesFile("x.sysout", bytes)) });
        await dap.initialize();
        if ((await ask(dap, "launch", { image: "x.sysout" })) === null && dap.session.context.phase === "unlaunched")
          return;
        await ask(dap, "configurationDone");
        await lookAtAll(dap);
      }),
      { numRuns: 30 },
    );
  });

  test("takes no arguments amiss", async () => {
    const dap = new DapClient({ ...realEnvironment(), openImage: () => openedImage(bytesFile("x", miniBytes())) });
    await dap.launch({ image: "x" });
    await dap.event("stopped");
    const harmless = requests.filter(({ command }) => !["disconnect", "terminate", "restart"].includes(command));
    const safe = harmless.filter(({ command }) => command !== "conspect/saveImage");
    const args = fc.dictionary(
      fc.constantFrom(...safe.flatMap((row) => Object.keys(row.expects)), "x"),
      fc.jsonValue(),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...safe), args, async ({ command }, given) => {
        await ask(dap, command, given);
      }),
      { numRuns: 300 },
    );
  });
});
