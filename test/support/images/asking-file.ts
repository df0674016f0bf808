/** A compiled file whose function asks its outside for all sorts of things, and an image that stands right before it. */
import { loadCompiled } from "../../../core/debuggee/compiled-debuggee.ts";
import { MAIKO_SUBRS, type MaikoSubr } from "../../../core/isa/maiko-subrs.ts";
import type { Ports } from "../../../core/vm/ports.ts";
import { type FunctionSpec, lcomFile } from "./compiled-files.ts";

/**
 * (LAMBDA (FILE VARIABLE DATE ID ERROR AREA PATTERN) …): an environment variable goes to AREA, the time to DATE, the first page of FILE to the display
 * region, the names of a directory are enumerated. The value is a list of what the calls answered, and AREA.
 */
const ASK: FunctionSpec = {
  name: "ASK",
  arguments: 7,
  code(a) {
    const call = (name: MaikoSubr, ...args: readonly string[]) => {
      for (const each of args) a.emit(each);
      a.emit("SUBRCALL", MAIKO_SUBRS[name], args.length);
    };
    a.emit("IVAR5");
    call("UNIX-GETENV", "IVAR1", "IVAR5");
    call("GETUNIXTIME", "'0", "IVAR2");
    call("COM-OPENFILE", "IVAR0", "'0", "'0", "IVAR2", "IVAR3", "IVAR4");
    a.emit("COPY");
    a.emit("'0");
    a.emit("SIC", 0x13);
    a.emit("'0");
    a.emit("VAG2");
    a.emit("IVAR4");
    a.emit("SUBRCALL", MAIKO_SUBRS["COM-READPAGES"], 4);
    call("COM-GEN-FILES", "IVAR6", "'NIL", "IVAR3", "IVAR4");
    a.emit("'NIL");
    for (let i = 0; i < 6; i++) a.emit("CONS");
    a.emit("RETURN");
  },
};
const HEADER = '(DEFINE-FILE-INFO :PACKAGE "INTERLISP" :READTABLE "INTERLISP" :BASE 10)';
/** What it is called with, in Interlisp syntax. @param home the directory of the file `notes`, an absolute path */
export function askingArguments(home = "/home"): readonly string[] {
  const directory = home.slice(1).replaceAll("/", ">");
  const area = `"${" ".repeat(20)}"`;
  return [`"{DSK}<${directory}>notes"`, '"LANG"', "100001", "100002", "100003", area, `"{DSK}<${directory}>*.*;*"`];
}

export function askingFile(): Uint8Array {
  return lcomFile({ header: HEADER, items: [ASK] });
}

/** The call of that function, at its beginning. */
export function askingCall(ports: Ports, home?: string) {
  const source = {
    files: [{ name: "ask.lcom", bytes: askingFile() }],
    function: "ASK",
    arguments: askingArguments(home),
  };
  const settings = { manager: "refcount", managerOptions: {}, heapMB: 2, args: [], ports };
  const loaded = loadCompiled(source, settings);
  if (loaded.kind === "problems") throw new Error(loaded.problems.join("; "));
  loaded.debuggee.start();
  return loaded.debuggee;
}

/** The image file of a machine that stands there. */
export function askingImage(ports: Ports, home?: string): Uint8Array {
  return askingCall(ports, home).saveTo((pieces) => new Uint8Array(Buffer.concat([...pieces])));
}
