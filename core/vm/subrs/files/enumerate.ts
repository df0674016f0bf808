/**
 * File calls that enumerate a directory: COM-GEN-FILES collects what matches a pattern, COM-NEXT-FILE gives one after the other into a record of Lisp.
 * In patterns `*` stands for any characters; on {DSK} an empty version means the highest one, no version only files without one.
 * Source: instruction specification, section 2.12; reference VM, `dir.c`; medley `sources/UFS`, datatype UFSGENFILESTATE.
 */
import type { Pointer } from "../../../base/units.ts";
import { NIL, SMALL_NEGATIVE, SMALL_POSITIVE, T } from "../../../memory/layout.ts";
import { integerValue } from "../../../objects/numbers.ts";
import { type FileStatus, isRefusal, type Refusal, UNIX_ERROR } from "../../ports.ts";
import type { Processor } from "../../processor.ts";
import type { Subr } from "../arguments.ts";
import type { Enumeration, ListedFile } from "../state.ts";
import { storeNumber, storeText } from "../text/native-strings.ts";
import { LISP_TO_UNIX } from "../time.ts";
import { protectionOf } from "./attributes.ts";
import { anchorsOf, deviceName, nothing } from "./device.ts";
import {
  foldCase,
  joinPath,
  joinVersion,
  listedDirectoryName,
  listedFileName,
  splitPath,
  splitVersion,
  splitVersionPattern,
  unixPath,
} from "./names.ts";
import { trueName } from "./versions.ts";

const MINUS_ONE: Pointer = SMALL_NEGATIVE + 0xffff;
/** Most files of one enumeration: their number is a small integer. */
const MOST_FILES = 0xffff;
const MOST_ENUMERATIONS = 256;

/** Cells of Lisp's record of an enumeration. The flag in cell 4 says whether attributes are wanted. */
const CELL = {
  id: 0,
  flags: 4,
  name: 7,
  length: 8,
  written: 9,
  read: 10,
  protection: 11,
  author: 12,
  authorLength: 13,
};

/** COM-GEN-FILES (pattern, attributes, box, error): how many files there are; the enumeration's number goes into the box. */
export const beginEnumeration: Subr = (m, args) => {
  const files = matching(m, args.pointer(0));
  if (isRefusal(files)) {
    if (files.refused !== 0) storeNumber(m, args.pointer(3), files.refused);
    return MINUS_ONE;
  }
  if (files.length === 0) return SMALL_POSITIVE;
  const id = keep(m, { files, next: 0 });
  if (id === null) {
    storeNumber(m, args.pointer(3), UNIX_ERROR.tooManyFiles);
    return MINUS_ONE;
  }
  storeNumber(m, args.pointer(2), id);
  return SMALL_POSITIVE + files.length;
};

function keep(m: Processor, enumeration: Enumeration): number | null {
  const kept = [...m.hostCalls.enumerations];
  const free = kept.indexOf(null);
  const id = free < 0 ? kept.length : free;
  if (id >= MOST_ENUMERATIONS) return null;
  kept[id] = enumeration;
  m.hostCalls.enumerations = kept;
  return id;
}
function replace(m: Processor, id: number, enumeration: Enumeration | null): void {
  m.hostCalls.enumerations = m.hostCalls.enumerations.with(id, enumeration);
}

/** COM-NEXT-FILE (record): length of the next name, -1 when there is none. */
export const nextFile: Subr = (m, args) => {
  const record = args.pointer(0) & ~1;
  const id = m.memory.signedCell(record + 2 * CELL.id);
  const enumeration = m.hostCalls.enumerations[id];
  const file = enumeration?.files[enumeration.next];
  if (enumeration == null || file === undefined) return MINUS_ONE;
  const length = storeText(m, m.memory.pointer(record + 2 * CELL.name), file.name, false);
  replace(m, id, { ...enumeration, next: enumeration.next + 1 });
  if (length === null) return MINUS_ONE;
  if (m.memory.signedCell(record + 2 * CELL.flags) < 0) giveAttributes(m, record, file);
  return SMALL_POSITIVE + length;
};

function giveAttributes(m: Processor, record: Pointer, file: ListedFile): void {
  storeNumber(m, record + 2 * CELL.length, file.lengthBytes);
  storeNumber(m, record + 2 * CELL.written, file.written);
  storeNumber(m, record + 2 * CELL.read, file.read);
  storeNumber(m, record + 2 * CELL.protection, file.protection);
  const length = storeText(m, m.memory.pointer(record + 2 * CELL.author), file.author, false);
  storeNumber(m, record + 2 * CELL.authorLength, length ?? 0);
}

/** COM-FINISH-FINFO (number) */
export const endEnumeration: Subr = (m, args) => {
  const id = integerValue(m.memory, args.pointer(0));
  if (id === null || m.hostCalls.enumerations[id] == null) return NIL;
  replace(m, id, null);
  return T;
};

interface Entry {
  readonly name: string;
  readonly status: FileStatus | null;
}

/** A link that leads nowhere has no status, and is listed all the same. */
function entriesOf(m: Processor, directory: string, matches: (name: string) => boolean): Entry[] | Refusal {
  const names = m.ports.files.list(directory);
  if (isRefusal(names)) return names;
  return names
    .filter(matches)
    .slice(0, MOST_FILES)
    .map((name) => {
      const status = m.ports.files.status(joinPath(directory, name));
      return { name, status: isRefusal(status) ? null : status };
    });
}

function matching(m: Processor, string: Pointer): ListedFile[] | Refusal {
  const given = deviceName(m, string);
  if (isRefusal(given)) return given;
  const path = unixPath(given.rest, true, true, anchorsOf(m));
  if (path === null) return nothing();
  const { directory, name: pattern } = splitPath(path);
  const { base, version } = splitVersionPattern(pattern);
  if (!given.isVersioned) {
    const entries = entriesOf(m, directory, (name) => matchesName(splitVersionPattern(name).base, base));
    return isRefusal(entries) ? entries : inOrder(entries.map((entry) => listed(entry, entryName(entry, false))));
  }
  const place = trueName(m.ports.files, directory);
  if (isRefusal(place)) return place;
  const folded = foldCase(base);
  const entries = entriesOf(m, place.path, (name) => matchesName(foldCase(splitVersionPattern(name).base), folded));
  if (isRefusal(entries)) return entries;
  return diskFiles(entries, wantedVersions(version, given.rest));
}

type Wanted =
  | { readonly kind: "matching"; readonly pattern: string }
  | { readonly kind: "highest" }
  | { readonly kind: "one"; readonly number: number };

function wantedVersions(version: string, pattern: string): Wanted {
  if (/^\d+$/.test(version)) return { kind: "one", number: Number(version) };
  if (version === "" && /(^|[^']);$/s.test(pattern)) return { kind: "highest" };
  return { kind: "matching", pattern: version };
}

/** Name by name, each with its versions from the highest down. */
function diskFiles(entries: readonly Entry[], wanted: Wanted): ListedFile[] {
  const families = new Map<string, Entry[]>();
  const found: { key: string; file: ListedFile }[] = [];
  for (const entry of entries) {
    const key = foldCase(splitVersion(entry.name).base);
    if (entry.status?.kind === "directory") {
      if (wanted.kind !== "one") found.push({ key, file: listed(entry, listedDirectoryName(entry.name)) });
    } else families.set(key, [...(families.get(key) ?? []), entry]);
  }
  for (const [key, members] of families) {
    for (const file of familyFiles(members, wanted)) found.push({ key, file });
  }
  // Sorting keeps the order of versions.
  return found.sort((a, b) => compare(a.key, b.key)).map(({ file }) => file);
}

function familyFiles(members: readonly Entry[], wanted: Wanted): ListedFile[] {
  const pattern = wanted.kind === "matching" ? wanted.pattern : "*";
  const numbered = members
    .map((entry) => ({ entry, number: Number(splitVersion(entry.name).version) }))
    .filter(({ entry }) => matchesPart(splitVersionPattern(entry.name).version, pattern))
    .sort((a, b) => b.number - a.number);
  const versionless = numbered.find(({ number }) => number === 0);
  const versions = numbered.filter(({ number }) => number > 0);
  const identity = versionless?.entry.status?.identity;
  const isLinked = identity !== undefined && versions.some(({ entry }) => entry.status?.identity === identity);
  const counted =
    versionless === undefined || isLinked
      ? versions
      : [{ entry: versionless.entry, number: (versions[0]?.number ?? 0) + 1 }, ...versions];
  const chosen =
    wanted.kind === "highest"
      ? counted.slice(0, 1)
      : wanted.kind === "one"
        ? counted.filter(({ number }) => number === wanted.number)
        : counted;
  return chosen.map(({ entry, number }) => {
    return listed(entry, listedFileName(joinVersion(splitVersion(entry.name).base, number), true));
  });
}

function entryName({ name, status }: Entry, versioned: boolean): string {
  return status?.kind === "directory" ? listedDirectoryName(name) : listedFileName(name, versioned);
}

function listed({ status }: Entry, name: string): ListedFile {
  if (status === null) return { name, lengthBytes: 0, written: 0, read: 0, protection: 0, author: "" };
  return {
    name,
    lengthBytes: status.sizeBytes,
    written: status.modified + LISP_TO_UNIX,
    read: status.accessed + LISP_TO_UNIX,
    protection: protectionOf(status),
    author: status.owner,
  };
}

function inOrder(files: ListedFile[]): ListedFile[] {
  return files.sort((a, b) => compare(a.name, b.name));
}
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Name and extension are matched each by itself; what has no point has an empty extension. */
function matchesName(name: string, pattern: string): boolean {
  const [nameBase, nameExtension] = splitExtension(name);
  const [patternBase, patternExtension] = splitExtension(pattern);
  return matchesPart(nameBase, patternBase) && matchesPart(nameExtension, patternExtension);
}
function splitExtension(name: string): [string, string] {
  const point = name.lastIndexOf(".");
  return point < 0 ? [name, ""] : [name.slice(0, point), name.slice(point + 1)];
}

/** `*` stands for any characters, also none. Goes back to the last `*` only: the time is bounded by the product of the lengths. */
function matchesPart(text: string, pattern: string): boolean {
  let at = 0;
  let star = -1;
  let retry = 0;
  let p = 0;
  while (at < text.length) {
    if (pattern[p] === "*") {
      star = p++;
      retry = at;
    } else if (p < pattern.length && pattern[p] === text[at]) {
      p++;
      at++;
    } else if (star >= 0) {
      p = star + 1;
      at = ++retry;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}
