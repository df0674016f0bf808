/** The file calls of the Interlisp system, on a tree in memory: names, versions, pages, attributes, enumeration. */
import { describe, expect, test } from "vitest";
import type { Cell, Pointer } from "../../../../core/base/units.ts";
import type { MaikoSubr } from "../../../../core/isa/maiko-subrs.ts";
import { MemoryFiles } from "../../../support/images/memory-files.ts";
import { type Argument, HostCaller, NIL, small, T } from "../../../support/machine/host-call.ts";

const OLD = 0;
const OLDEST = 1;
const NEW = 2;
const OLD_NEW = 3;
const NON = 5;
const INPUT = 0;
const OUTPUT = 1;
const BOTH = 2;

/** A machine with files, and the error number of its last call. */
function withFiles(tree: Record<string, string>, forbidden: readonly string[] = []) {
  const files = new MemoryFiles(tree, forbidden);
  const environment = { variable: () => "/home/alonzo", parameter: () => null, userName: () => null };
  const host = new HostCaller({ files, environment });
  const error = host.box(0);
  const call = (subr: MaikoSubr, ...args: readonly Argument[]): Cell => {
    host.machine.memory.setCell(error.pointer, 0);
    return host.call(subr, ...args, error);
  };
  /** The name that a completing call answers; null for NIL. */
  const name = (subr: MaikoSubr, ...args: readonly Argument[]): string | null => {
    const area = host.area();
    const answer = call(subr, ...args, area);
    return answer === NIL ? null : host.areaText(area, answer - small(0));
  };
  const open = (name: string, how: number, access: number): Cell =>
    call("COM-OPENFILE", name, how, access, host.box(), host.box());
  return { files, host, error: () => host.boxed(error), call, name, open };
}

describe("names", () => {
  const tree = { "/home/alonzo/notes.txt": "a", "/home/alonzo/Deep/odd;name": "b", "/plain": "c" };
  test.each([
    ["home>alonzo>notes.txt", OLD, "<home>alonzo>notes.txt"],
    ["home>alonzo>..>alonzo>.>notes.txt", OLD, "<home>alonzo>notes.txt"],
    ["~>notes.txt", OLD, "<home>alonzo>notes.txt"],
    [".>alonzo>notes.txt", OLD, "<home>alonzo>notes.txt"],
    ["..>plain", OLD, "<plain."],
    ["plain.", OLD, "<plain."],
    ["home>alonzo>Deep>odd';name", OLD, "<home>alonzo>Deep>odd';name."],
    ["home>none.txt", NEW, "<home>none.txt"],
    ["home>a'.b.c", NEW, "<home>a'.b.c"],
    ["home>none.txt", OLD, null],
    ["~stranger>notes.txt", OLD, null],
    ["<", OLD, "<"],
  ])("{UNIX} %s by recognition %i is %s", (given, how, expected) => {
    expect(withFiles(tree).name("UFS-GETFILENAME", given, how)).toBe(expected);
  });

  test("what is not there is told by its Unix number", () => {
    const { call, error, host } = withFiles(tree);
    expect(call("UFS-GETFILENAME", "home>none", OLD, host.area())).toBe(NIL);
    expect(error()).toBe(2);
    expect(call("UFS-GETFILENAME", `home>${"a".repeat(5000)}`, NEW, host.area())).toBe(NIL);
    expect(error()).toBe(200);
  });

  test.each([
    ["UFS-DIRECTORYNAMEP", "home>alonzo", "<home>alonzo>"],
    ["UFS-DIRECTORYNAMEP", "home>alonzo>", "<home>alonzo>"],
    ["UFS-DIRECTORYNAMEP", "home>ALONZO", null],
    ["UFS-DIRECTORYNAMEP", "home>alonzo>notes.txt", null],
    ["UFS-DIRECTORYNAMEP", "<", "<"],
    ["DSK-DIRECTORYNAMEP", "home>ALONZO>deep", "<home>alonzo>Deep>"],
    ["DSK-DIRECTORYNAMEP", "home>none", null],
  ] as const)("%s %s is %s", (subr, given, expected) => {
    expect(withFiles(tree).name(subr, given)).toBe(expected);
  });

  test("the current directory can be changed", () => {
    const { host, files } = withFiles(tree);
    expect(host.call("COM-CHANGEDIR", "{DSK}<home>ALONZO>")).toBe(T);
    expect(files.directory).toBe("/home/alonzo");
    expect(host.call("COM-CHANGEDIR", "{DSK}<nowhere>")).toBe(NIL);
    expect(host.call("COM-CHANGEDIR", "{FLOPPY}<home>")).toBe(NIL);
  });

  test("a name that does not fit into the string that Lisp gave is too long", () => {
    const { call, error, host } = withFiles(tree);
    expect(call("UFS-GETFILENAME", "home>alonzo>notes.txt", OLD, host.area(5))).toBe(NIL);
    expect(error()).toBe(200);
  });

  test("names beyond ASCII pass in UTF-8", () => {
    const { name } = withFiles({ "/home/größe.txt": "x" });
    const bytes = String.fromCharCode(...Buffer.from("home>größe.txt"));
    expect(Buffer.from(name("UFS-GETFILENAME", bytes, OLD) ?? "", "latin1").toString()).toBe("<home>größe.txt");
  });
});

describe("versions on {DSK}", () => {
  const three = { "/d/File.Txt.~1~": "1", "/d/File.Txt.~3~": "3", "/d/other": "o" };
  test.each([
    ["d>file.txt", OLD, "<d>File.Txt;3"],
    ["d>file.txt", OLDEST, "<d>File.Txt;1"],
    ["d>file.txt", NEW, "<d>File.Txt;4"],
    ["d>file.txt", OLD_NEW, "<d>File.Txt;3"],
    ["d>file.txt;1", OLD, "<d>File.Txt;1"],
    ["d>file.txt;0001", OLD, "<d>File.Txt;1"],
    ["d>file.txt;2", OLD, null],
    ["d>file.txt;2", NEW, "<d>File.Txt;2"],
    ["d>file.txt;", OLD, "<d>File.Txt;3"],
    ["D>OTHER", OLD, "<d>other.;1"],
    ["d>other", NEW, "<d>other.;2"],
    ["d>other;1", OLD, "<d>other.;1"],
    ["d>fresh.x", NEW, "<d>fresh.x;1"],
    ["d>fresh.x", OLD_NEW, "<d>fresh.x;1"],
    ["d>fresh.x", OLD, null],
    ["nowhere>fresh.x", NEW, "<nowhere>fresh.x;1"],
    ["nowhere>fresh.x", OLD, null],
    ["d", OLD, null],
    ["d>image.sysout", NON, "<d>image.sysout"],
  ])("%s by recognition %i is %s", (given, how, expected) => {
    expect(withFiles(three).name("DSK-GETFILENAME", given, how)).toBe(expected);
  });

  test("a versionless file that is a second name of one version is no version of its own", () => {
    const { files, name } = withFiles(three);
    files.link("/d/File.Txt.~3~", "/d/File.Txt");
    expect(name("DSK-GETFILENAME", "d>file.txt", OLD)).toBe("<d>File.Txt;3");
    expect(name("DSK-GETFILENAME", "d>file.txt", NEW)).toBe("<d>File.Txt;4");
  });

  test("a versionless file of its own is the version after the highest", () => {
    const { name } = withFiles({ ...three, "/d/File.Txt": "4" });
    expect(name("DSK-GETFILENAME", "d>file.txt", OLD)).toBe("<d>File.Txt;4");
    expect(name("DSK-GETFILENAME", "d>file.txt", NEW)).toBe("<d>File.Txt;5");
  });

  test("directories above what a program may see are taken as they are spelled", () => {
    const { name } = withFiles({ "/home/alonzo/Deep/Notes": "n" }, ["/home"]);
    expect(name("DSK-GETFILENAME", "home>alonzo>deep>notes", OLD)).toBe("<home>alonzo>Deep>Notes.;1");
  });

  test("each new file that is written gets the next version, and the name without one follows", () => {
    const { call, open, files } = withFiles({ "/d/x": "first" });
    const removed: string[] = [];
    const remove = files.remove.bind(files);
    files.remove = (path) => {
      removed.push(path);
      return remove(path);
    };
    for (const version of [2, 3]) {
      const file = open(`{DSK}<d>x.;${version}`, NEW, OUTPUT);
      expect(file).toBeGreaterThan(small(2));
      expect(call("COM-CLOSEFILE", "{DSK}<d>x", file - small(0), 0)).toBe(T);
    }
    expect(files.paths()).toEqual(["/d/x", "/d/x.~1~", "/d/x.~2~", "/d/x.~3~"]);
    expect(files.nodes.get("/d/x")).toBe(files.nodes.get("/d/x.~3~"));
    expect(files.text("/d/x.~1~")).toBe("first");
    // Once for each new version: where the name is right already it is left alone.
    expect(removed).toEqual(["/d/x", "/d/x"]);
  });

  test("a new file with a version of its own has that name, and the one without version", () => {
    const { open, files } = withFiles({ "/d/other": "" });
    open("{DSK}<d>y.;5", NEW, OUTPUT);
    expect(files.paths()).toEqual(["/d/other", "/d/y", "/d/y.~5~"]);
  });

  test("deleting the highest version lets the name without version follow", () => {
    const { call, files } = withFiles({ "/d/x.~1~": "1", "/d/x.~2~": "2" });
    files.link("/d/x.~2~", "/d/x");
    expect(call("DSK-DELETEFILE", "d>x;2")).toBe(T);
    expect(files.paths()).toEqual(["/d/x", "/d/x.~1~"]);
    expect(files.text("/d/x")).toBe("1");
    expect(call("DSK-DELETEFILE", "d>x")).toBe(T);
    expect(files.paths()).toEqual([]);
    expect(call("DSK-DELETEFILE", "d>x")).toBe(NIL);
  });

  test("renaming takes the next version of the new name", () => {
    const { call, files } = withFiles({ "/d/a": "a", "/e/b": "old b" });
    expect(call("DSK-RENAMEFILE", "d>a", "e>b")).toBe(T);
    expect(files.paths()).toEqual(["/e/b", "/e/b.~1~", "/e/b.~2~"]);
    expect(files.text("/e/b")).toBe("a");
    expect(files.text("/e/b.~1~")).toBe("old b");
  });
});

describe("{UNIX} files", () => {
  test("are deleted and renamed as they are", () => {
    const { call, error, files } = withFiles({ "/d/a;1": "a", "/empty/x": "" });
    expect(call("UFS-RENAMEFILE", "d>a';1", "d>b")).toBe(T);
    expect(files.paths()).toEqual(["/d/b", "/empty/x"]);
    expect(call("UFS-DELETEFILE", "empty>x")).toBe(T);
    expect(call("UFS-DELETEFILE", "empty")).toBe(T);
    expect(call("UFS-DELETEFILE", "d")).toBe(NIL);
    expect(error()).toBe(39);
    expect(call("UFS-RENAMEFILE", "d>none", "d>x")).toBe(NIL);
    expect(error()).toBe(2);
  });
});

describe("open files", () => {
  test("give number, date and size, and are read page by page", () => {
    const { host, call, error } = withFiles({ "/d/f": "x".repeat(600) });
    const date = host.box();
    const size = host.box();
    const file = call("COM-OPENFILE", "{DSK}<d>F", OLD, INPUT, date, size);
    expect(file & 0xffff0000).toBe(small(0));
    expect(host.boxed(size)).toBe(600);
    expect(host.boxed(date)).toBe(29969152 + 1_000_003);
    const { memory } = host.machine;
    const buffer = { pointer: 0x130000 };
    memory.setCell(buffer.pointer + 254, 0xffffffff);
    expect(call("COM-READPAGES", file - small(0), 1, buffer)).toBe(small(88));
    expect(memory.byte(2 * buffer.pointer + 87)).toBe(0x78);
    expect(memory.byte(2 * buffer.pointer + 88)).toBe(0);
    expect(memory.cell(buffer.pointer + 254)).toBe(0);
    expect(call("COM-READPAGES", file - small(0), 2, buffer)).toBe(small(0));
    expect(call("COM-READPAGES", 99, 0, buffer)).toBe(NIL);
    expect(error()).toBe(9);
    expect(call("COM-CLOSEFILE", "{DSK}<d>f", file - small(0), 0)).toBe(T);
    expect(call("COM-CLOSEFILE", "{DSK}<d>f", file - small(0), 0)).toBe(NIL);
    expect(error()).toBe(9);
  });

  test("are written in place, cut, and dated when they are closed", () => {
    const { host, call, open, files } = withFiles({});
    const file = open("{UNIX}<new>dir>f", NEW, BOTH);
    const { memory } = host.machine;
    for (const [i, byte] of [...Buffer.from("hello")].entries()) memory.setByte(2 * 0x130000 + i, byte);
    const number = file - small(0);
    expect(call("COM-WRITEPAGES", number, 1, { pointer: 0x130000 }, 5)).toBe(T);
    expect(files.text("/new/dir/f")).toBe(`${"\0".repeat(512)}hello`);
    expect(call("COM-TRUNCATEFILE", number, 514)).toBe(T);
    expect(files.text("/new/dir/f")).toBe(`${"\0".repeat(512)}he`);
    expect(call("COM-CLOSEFILE", "{UNIX}<new>dir>f", number, 29969152 + 77)).toBe(T);
    expect(files.nodes.get("/new/dir/f")?.modified).toBe(77);
    expect(call("COM-WRITEPAGES", number, 0, { pointer: 0x130000 }, 513)).toBe(NIL);
    expect(call("COM-WRITEPAGES", number, -1, { pointer: 0x130000 }, 1)).toBe(NIL);
  });

  test("must be files, and be there unless they are new", () => {
    const { open, error } = withFiles({ "/d/f": "x" });
    expect(open("{DSK}<d>none", OLD, INPUT)).toBe(NIL);
    expect(open("{DSK}<d", OLD, INPUT)).toBe(NIL);
    expect(error()).toBe(23);
    expect(open("{DSK}<d>f", NEW, INPUT)).toBe(NIL);
    expect(open("{UNIX}<d>none", OLD, INPUT)).toBe(NIL);
    expect(error()).toBe(2);
    expect(open("{CORE}<d>f", OLD, INPUT)).toBe(NIL);
    expect(open("{DSK}<d>f", 4, INPUT)).toBe(NIL);
    expect(open("{DSK}<d>f", OLD, 9)).toBe(NIL);
  });

  test("an output file that is opened by its old name begins anew", () => {
    const { open, files } = withFiles({ "/d/f": "content" });
    expect(open("{DSK}<d>f", OLD, OUTPUT)).not.toBe(NIL);
    expect(files.text("/d/f")).toBe("");
  });
});

describe("attributes", () => {
  const LENGTH = 1;
  const WRITTEN = 2;
  const READ = 3;
  const AUTHOR = 5;
  const PROTECTION = 6;
  const ALL = 8;
  test("are answered one by one", () => {
    const { host, call } = withFiles({ "/d/f": "12345" });
    const box = host.box();
    const number = (attribute: number, name = "{DSK}<d>F") => {
      expect(call("COM-GETFILEINFO", name, attribute, box)).toBe(T);
      return host.boxed(box);
    };
    expect(number(LENGTH)).toBe(5);
    expect(number(WRITTEN)).toBe(29969152 + 1_000_003);
    expect(number(READ)).toBe(29969152 + 1_000_008);
    expect(number(PROTECTION)).toBe(0o100644);
    expect(number(PROTECTION, "{UNIX}<d")).toBe(0o040644);
    const area = host.area();
    expect(call("COM-GETFILEINFO", "{DSK}<d>f", AUTHOR, area)).toBe(small(6));
    expect(host.areaText(area, 6)).toBe("alonzo");
    expect(call("COM-GETFILEINFO", "{DSK}<d>f", 77, box)).toBe(NIL);
    expect(call("COM-GETFILEINFO", "{UNIX}<d>none", LENGTH, box)).toBe(NIL);
  });

  test("are answered together in the list that Lisp made for them", () => {
    const { host, call } = withFiles({ "/d/f": "12345" });
    const { manager } = host.machine;
    const boxes = [host.box(), host.box(), host.box(), host.box()];
    const area = host.area();
    const list = [...boxes, area].reduceRight(
      (rest, { pointer }) => manager.cons(manager.cons(T, pointer), rest),
      NIL as Pointer,
    );
    expect(call("COM-GETFILEINFO", "{DSK}<d>f", ALL, { pointer: list })).toBe(small(6));
    expect(boxes.map((box) => host.boxed(box))).toEqual([5, 30969155, 30969160, 0o100644]);
    expect(host.areaText(area, 6)).toBe("alonzo");
  });

  test("can be set", () => {
    const { call, files } = withFiles({ "/d/f": "1" });
    expect(call("COM-SETFILEINFO", "{DSK}<d>f", WRITTEN, 29969152 + 9)).toBe(T);
    expect(call("COM-SETFILEINFO", "{DSK}<d>f", PROTECTION, 0o600)).toBe(T);
    expect(files.nodes.get("/d/f")).toMatchObject({ modified: 9, mode: 0o600 });
    expect(call("COM-SETFILEINFO", "{DSK}<d>f", LENGTH, 9)).toBe(NIL);
  });
});

describe("enumeration", () => {
  const tree = {
    "/d/a.txt.~1~": "1",
    "/d/a.txt.~2~": "22",
    "/d/B.txt": "b",
    "/d/c": "c",
    "/d/sub/x": "x",
    "/d/odd>name.q": "q",
  };
  /** All names that a pattern gives, with their lengths when attributes are wanted. */
  function list(pattern: string, wantsAttributes = false, prepare: (files: MemoryFiles) => void = () => {}) {
    const { host, call, files } = withFiles(tree);
    prepare(files);
    const id = host.box();
    const count = call("COM-GEN-FILES", pattern, wantsAttributes ? true : null, id);
    if (count === small(-1)) return null;
    const record = 0x130000;
    const { memory } = host.machine;
    const area = host.area();
    const author = host.area();
    memory.setCell(record, host.boxed(id));
    memory.setCell(record + 8, wantsAttributes ? 0x80000000 : 0);
    memory.setCell(record + 14, area.pointer);
    memory.setCell(record + 24, author.pointer);
    const names: string[] = [];
    for (let i = 0; i < count - small(0); i++) {
      const length = host.call("COM-NEXT-FILE", { pointer: record });
      const name = host.areaText(area, length - small(0));
      const attributes = [memory.cell(record + 16), host.areaText(author, memory.cell(record + 26))];
      names.push(wantsAttributes ? `${name} ${attributes.join(" ")}` : name);
    }
    expect(host.call("COM-NEXT-FILE", { pointer: record })).toBe(small(-1));
    if (names.length > 0) expect(host.call("COM-FINISH-FINFO", host.boxed(id))).toBe(T);
    expect(host.call("COM-FINISH-FINFO", host.boxed(id))).toBe(NIL);
    return names;
  }

  test.each([
    ["{DSK}<d>*.*;*", ["a.txt;2", "a.txt;1", "B.txt;1", "c.;1", "odd'>name.q;1", "sub>"]],
    ["{DSK}<d>*.*;", ["a.txt;2", "B.txt;1", "c.;1", "odd'>name.q;1", "sub>"]],
    ["{DSK}<d>*.*;1", ["a.txt;1", "B.txt;1", "c.;1", "odd'>name.q;1"]],
    ["{DSK}<D>*.TXT;*", ["a.txt;2", "a.txt;1", "B.txt;1"]],
    ["{DSK}<d>*.txt", ["B.txt;1"]],
    ["{DSK}<d>b*.*;*", ["B.txt;1"]],
    ["{UNIX}<d>*.*", ["B.txt", "a.txt.~1~", "a.txt.~2~", "c.", "odd'>name.q", "sub>"]],
    ["{UNIX}<d>b*.*", []],
    ["{DSK}<d>zzz*.*;*", []],
    ["{DSK}<nowhere>*.*;*", null],
    ["{CORE}<d>*", null],
  ])("%s", (pattern, expected) => {
    expect(list(pattern)).toEqual(expected);
  });

  test("gives attributes with the names when they are wanted", () => {
    expect(list("{DSK}<d>a*.*;*", true)).toEqual(["a.txt;2 2 alonzo", "a.txt;1 1 alonzo"]);
  });

  test("shows a second name of a version only as that version", () => {
    const names = list("{DSK}<d>a*.*;*", false, (files) => files.link("/d/a.txt.~2~", "/d/a.txt"));
    expect(names).toEqual(["a.txt;2", "a.txt;1"]);
    const loose = list("{DSK}<d>a*.*;*", false, (files) => files.put("/d/a.txt", "333"));
    expect(loose).toEqual(["a.txt;3", "a.txt;2", "a.txt;1"]);
  });

  test("several run side by side, up to a limit", () => {
    const { host, call, error } = withFiles(tree);
    const ids = Array.from({ length: 300 }, () => {
      const id = host.box(-5);
      const count = call("COM-GEN-FILES", "{DSK}<d>*.*;*", null, id);
      return count === small(-1) ? null : host.boxed(id);
    });
    expect(ids.slice(0, 256)).toEqual(Array.from({ length: 256 }, (_, i) => i));
    expect(ids[256]).toBe(null);
    expect(error()).toBe(23);
    expect(host.call("COM-FINISH-FINFO", 7)).toBe(T);
    const id = host.box();
    expect(call("COM-GEN-FILES", "{DSK}<d>*.*;*", null, id)).toBe(small(6));
    expect(host.boxed(id)).toBe(7);
  });
});
