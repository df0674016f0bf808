/** Every topic answers on any damage, and its answer is bounded. */
import { describe, expect, test } from "vitest";
import { UsageError } from "../../../cli/command.ts";
import { topics } from "../../../cli/topics/index.ts";
import { ImageError } from "../../../core/base/errors.ts";
import { openImage } from "../../../core/inspect/open-image.ts";
import { bytesFile, type ImageFile } from "../../../core/memory/sysout/image-file.ts";
import { exampleFile, exampleImage } from "../../support/images/example-image.ts";
import { runTopic } from "../../support/protocol/topics.ts";

const IMAGES = 40;
/** Topics that are asked of one image: each in turn. */
const QUESTIONS = 3;
/** Characters of a text; a sound image has a tenth of this. */
const LONGEST = 1_000_000;
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  disassemble: ["numbers"],
  diff: ["other"],
  frames: ["current"],
};

function bytesOf(file: ImageFile): Uint8Array {
  const bytes = new Uint8Array(file.sizeBytes);
  file.read(0, bytes);
  return bytes;
}

describe("damaged images", () => {
  const sound = bytesOf(exampleFile());
  let seed = 4711;
  const random = (limit: number): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 0x100000000) * limit);
  };

  test(`${IMAGES} of them answer topics`, () => {
    let answers = 0;
    for (let image = 0; image < IMAGES; image++) {
      const bytes = sound.slice(0, random(5) === 0 ? random(sound.length) : sound.length);
      for (let i = 0; i < 1 + random(200); i++) bytes[random(bytes.length)] = random(256);
      let opened: ReturnType<typeof openImage>;
      try {
        opened = openImage(bytesFile("damaged.sysout", bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(ImageError);
        continue;
      }
      for (let i = 0; i < QUESTIONS; i++) {
        const { name } = topics[(image * QUESTIONS + i) % topics.length] as (typeof topics)[number];
        try {
          const { text } = runTopic(opened, [name, ...(ARGUMENTS[name] ?? [])], { other: exampleImage() });
          expect(text.length, name).toBeLessThan(LONGEST);
          answers++;
        } catch (error) {
          if (!(error instanceof UsageError)) throw error;
        }
      }
    }
    expect(answers).toBeGreaterThan(IMAGES);
  });
});
