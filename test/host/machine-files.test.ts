/** Interlisp's file calls on real files: what the machine asks for, and what a confined host gives it. */
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type HostPorts, hostPorts } from "../../host/ports.ts";
import { HostCaller, NIL, small, T } from "../support/machine/host-call.ts";

const NEW = 2;
const OLD = 0;
const INPUT = 0;
const OUTPUT = 1;

let root: string;
let ports: HostPorts;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "conspect-machine-")));
});
afterEach(() => {
  ports.close();
  rmSync(root, { recursive: true });
});

function machineWith(writable: boolean) {
  ports = hostPorts({ files: [{ path: root, writable }], environment: {} }, { write() {} });
  const host = new HostCaller(ports);
  const error = host.box();
  return {
    host,
    error: () => host.boxed(error),
    errorBox: error,
    /** A name in the granted directory as Lisp writes it. */
    lisp: (name: string) => `${root.slice(1).replaceAll("/", ">")}>${name}`,
    open(name: string, how: number, access: number) {
      return host.call("COM-OPENFILE", `{DSK}<${this.lisp(name)}`, how, access, host.box(), host.box(), error);
    },
    /** Writes a text as the only page of an open file, and closes it. */
    fill(file: number, text: string) {
      const buffer = 0x130000;
      for (const [i, byte] of [...Buffer.from(text)].entries()) host.machine.memory.setByte(2 * buffer + i, byte);
      expect(host.call("COM-WRITEPAGES", file, 0, { pointer: buffer }, text.length, error)).toBe(T);
      expect(host.call("COM-CLOSEFILE", "{DSK}x", file, 0, error)).toBe(T);
    },
  };
}

describe.skipIf(process.platform === "win32")("a machine with a granted directory", () => {
  test("writes versions of a file, makes directories, and finds both again", () => {
    const machine = machineWith(true);
    for (const [i, text] of ["one", "two", "three"].entries()) {
      const file = machine.open(i === 0 ? "sub>dir>file" : `sub>dir>file;${i + 1}`, NEW, OUTPUT);
      expect(file, String(machine.error())).not.toBe(NIL);
      machine.fill(file - small(0), text);
    }
    const read = (name: string) => readFileSync(join(root, "sub/dir", name), "utf8");
    expect([read("file"), read("file.~1~"), read("file.~2~"), read("file.~3~")]).toEqual([
      "three",
      "one",
      "two",
      "three",
    ]);
    expect(statSync(join(root, "sub/dir/file")).ino).toBe(statSync(join(root, "sub/dir/file.~3~")).ino);
    const area = machine.host.area();
    const name = machine.lisp("SUB>dir>FILE");
    const length = machine.host.call("DSK-GETFILENAME", name, OLD, area, machine.errorBox);
    expect(machine.host.areaText(area, length - small(0))).toBe(`<${machine.lisp("sub>dir>file.;3")}`);
    expect(machine.host.call("DSK-DELETEFILE", machine.lisp("sub>dir>file;3"), machine.errorBox)).toBe(T);
    expect(read("file")).toBe("two");
    const id = machine.host.box();
    const pattern = `{DSK}<${machine.lisp("sub>dir>*.*;*")}`;
    expect(machine.host.call("COM-GEN-FILES", pattern, null, id, machine.errorBox)).toBe(small(2));
  });

  test("reads what it may not write", () => {
    writeFileSync(join(root, "given"), "text");
    const machine = machineWith(false);
    expect(machine.open("given", OLD, INPUT)).not.toBe(NIL);
    expect(machine.open("given", OLD, OUTPUT)).toBe(NIL);
    expect(machine.error()).toBe(30);
    expect(machine.open("new", NEW, OUTPUT)).toBe(NIL);
    expect(machine.host.call("DSK-DELETEFILE", machine.lisp("given"), machine.errorBox)).toBe(NIL);
    expect(machine.error()).toBe(30);
    expect(readFileSync(join(root, "given"), "utf8")).toBe("text");
    expect(existsSync(join(root, "new"))).toBe(false);
  });

  test("finds nothing outside, whatever the name", () => {
    const machine = machineWith(true);
    const names = [
      "etc>passwd",
      machine.lisp("..>..>..>..>..>..>..>..>etc>passwd"),
      machine.lisp("''/../../../../../etc/passwd"),
    ];
    for (const name of names) {
      for (const device of ["DSK", "UNIX"]) {
        const full = `{${device}}<${name}`;
        expect(machine.host.call("COM-OPENFILE", full, OLD, INPUT, null, null, machine.errorBox), full).toBe(NIL);
      }
    }
    expect(machine.host.call("CHAR-OPENFILE", "/etc/passwd", INPUT, machine.errorBox)).toBe(NIL);
    expect(machine.error()).toBe(13);
  });
});
