/** Linked images for tests: as files, booted, and functions to link. */
import { expect } from "vitest";
import { MAIKO_SUBRS } from "../../../core/isa/maiko-subrs.ts";
import { imagePieces, type LinkedImage } from "../../../core/link/linked-image.ts";
import { bytesFile, type ImageFile } from "../../../core/memory/sysout/image-file.ts";
import { openSysout } from "../../../core/memory/sysout/open-sysout.ts";
import { startSysout } from "../../../core/vm/image/start-sysout.ts";
import { quietPorts } from "../../../core/vm/ports.ts";
import { type FunctionSpec, literal } from "./compiled-files.ts";

const SAFEPOINTS = 100_000;

export function bytesOf(image: LinkedImage): Uint8Array {
  return Buffer.concat([...imagePieces(image)]);
}
export function imageFile(image: LinkedImage): ImageFile {
  return bytesFile("tiny.sysout", bytesOf(image));
}

/** Boots the image as any other, and answers what it printed until it ended. */
export function printedBy(image: LinkedImage): string {
  let printed = "";
  const write = (text: string): void => {
    printed += text;
  };
  const ports = { ...quietPorts(), console: { write } };
  const machine = startSysout(openSysout(imageFile(image), { purpose: "run" }), { ports, managerOptions: {} });
  machine.boot();
  const stop = machine.run(SAFEPOINTS);
  expect(stop.kind, JSON.stringify(stop)).toBe("finished");
  return printed;
}

/** A function that prints what CHARACTERS, a list of character codes, holds, and ends the machine. It calls `FIRST_OF`. */
export function printing(name: string): FunctionSpec {
  return {
    name,
    locals: 1,
    code(a) {
      const next = a.here();
      const done = a.newLabel();
      a.emitLiteral("GVAR", literal("CHARACTERS"));
      a.jump("FJUMP", done);
      a.emitLiteral("GVAR", literal("CHARACTERS"));
      a.emitLiteral("FN1", literal(FIRST_OF.name));
      a.emit("SUBRCALL", MAIKO_SUBRS.DSPBOUT, 1);
      a.emit("POP");
      a.emitLiteral("GVAR", literal("CHARACTERS"));
      a.emit("CDR");
      a.emitLiteral("GVAR_", literal("CHARACTERS"));
      a.emit("POP");
      a.jump("JUMP", next);
      a.place(done);
      a.emit("'NIL");
      a.emit("SUBRCALL", MAIKO_SUBRS.LISPFINISH, 1);
      a.emit("RETURN");
    },
  };
}
export const FIRST_OF: FunctionSpec = {
  name: "FIRST-OF",
  arguments: 1,
  names: [["I", 0, "LIST"]],
  code(a) {
    a.emit("IVAR0");
    a.emit("CAR");
    a.emit("RETURN");
  },
};
