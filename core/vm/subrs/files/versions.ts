/**
 * Versions of files on {DSK}, which the host knows as names: `name.~3~`, and `name` without a version as a second name of the highest one. Upper and lower
 * case are not told apart. Source: reference VM, `dsk.c` (`true_name`, `get_version_array`, `get_old` and its kind, `maintain_version`).
 *
 * A versionless file that is a name of its own counts as the version after the highest, or as version 1 when it is alone.
 */
import { type FilePort, isRefusal, type Refusal, UNIX_ERROR } from "../../ports.ts";
import { foldCase, joinPath, joinVersion, splitPath, splitVersion } from "./names.ts";

/** Most versions of one file, as in the reference VM. */
const MOST_VERSIONS = 2000;
const LIMIT_PASSED: Refusal = { refused: 5 };
const NOTHING: Refusal = { refused: UNIX_ERROR.noSuchFile };

export type Recognition = "old" | "oldest" | "new" | "old/new";

/** A path as the file system spells it, and what is there. */
export interface TrueName {
  readonly path: string;
  readonly isDirectory: boolean;
}

/** Finds a path whatever the case of its letters. */
export function trueName(files: FilePort, path: string): TrueName | Refusal {
  const exact = files.status(path);
  if (!isRefusal(exact)) return { path: withoutSlash(path), isDirectory: exact.kind === "directory" };
  let found = "/";
  let isDirectory = true;
  for (const name of path.split("/").filter((part) => part !== "")) {
    if (!isDirectory) return NOTHING;
    const next = locate(files, found, name);
    if (isRefusal(next)) return next;
    found = next.path;
    isDirectory = next.isDirectory;
  }
  const reached = files.status(found);
  return isRefusal(reached) ? reached : { path: found, isDirectory };
}

function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}

function locate(files: FilePort, directory: string, name: string): TrueName | Refusal {
  const spellings = [name, foldCase(name), name.toUpperCase()];
  for (const spelling of spellings) {
    const path = joinPath(directory, spelling);
    const status = files.status(path);
    if (!isRefusal(status)) return { path, isDirectory: status.kind === "directory" };
    // Above what a program may see there can still be something that it may.
    if (status.refused === UNIX_ERROR.accessDenied) return { path, isDirectory: true };
  }
  const names = files.list(directory);
  if (isRefusal(names)) return names;
  const spelling = names.find((candidate) => foldCase(candidate) === foldCase(name));
  // A link that leads nowhere is listed, and yet not there.
  return spelling === undefined || spelling === name ? NOTHING : locate(files, directory, spelling);
}

interface Version {
  readonly name: string;
  /** 0 for the versionless name. */
  readonly number: number;
}

/** All files of a directory that are versions of one. */
export interface Family {
  readonly directory: string;
  /** Spelling of the name without version. */
  readonly base: string;
  /** The name without version, when there is one. */
  readonly versionless: string | null;
  /** The version that the versionless name is a second name of. */
  readonly linked: Version | null;
  /** With numbers, highest first. */
  readonly versions: readonly Version[];
}

/** @param name with or without version */
export function familyOf(files: FilePort, directory: string, name: string): Family | Refusal {
  const names = files.list(directory);
  if (isRefusal(names)) return names;
  const wanted = splitVersion(name).base;
  const members: Version[] = [];
  for (const candidate of names) {
    const { base, version } = splitVersion(candidate);
    if (foldCase(base) === foldCase(wanted)) members.push({ name: candidate, number: Number(version) });
  }
  if (members.length >= MOST_VERSIONS) return LIMIT_PASSED;
  members.sort((a, b) => b.number - a.number);
  const versions = members.filter(({ number }) => number > 0);
  const versionless = members.find(({ number }) => number === 0)?.name ?? null;
  const base = members[0] === undefined ? wanted : splitVersion(members[0].name).base;
  const linked = versionless === null ? null : linkedVersion(files, directory, versionless, versions);
  return isRefusal(linked) ? linked : { directory, base, versionless, linked, versions };
}

function linkedVersion(
  files: FilePort,
  directory: string,
  versionless: string,
  versions: readonly Version[],
): Version | null | Refusal {
  const own = files.status(joinPath(directory, versionless));
  if (isRefusal(own)) return own;
  for (const version of versions) {
    const status = files.status(joinPath(directory, version.name));
    if (isRefusal(status)) return status;
    if (status.identity === own.identity) return version;
  }
  return null;
}

/** A file as Lisp sees it, and the name under which it is reached. */
export interface Recognized {
  readonly versioned: string;
  readonly actual: string;
}

/** Versions as Lisp counts them: with the versionless file, when it is one of its own. */
function countedVersions(family: Family): readonly Version[] {
  if (family.versionless === null || family.linked !== null) return family.versions;
  return [{ name: family.versionless, number: (family.versions[0]?.number ?? 0) + 1 }, ...family.versions];
}

/** @param version as Lisp gave it, empty for none */
export function recognize(family: Family, version: string, how: Recognition): Recognized | null {
  const counted = countedVersions(family);
  if (version !== "") {
    const found = counted.find(({ number }) => number === Number(version));
    if (found !== undefined) return recognized(family, found);
    return how === "old" || how === "oldest" ? null : fresh(family, version);
  }
  const wanted = how === "oldest" ? counted.at(-1) : counted[0];
  if (how === "new" || (how === "old/new" && wanted === undefined)) {
    return fresh(family, String((counted[0]?.number ?? 0) + 1));
  }
  return wanted === undefined ? null : recognized(family, wanted);
}

function recognized(family: Family, { name, number }: Version): Recognized {
  const { base } = splitVersion(name);
  return {
    versioned: joinPath(family.directory, joinVersion(base, number)),
    actual: joinPath(family.directory, name),
  };
}
/** A file that is not there yet: the first version gets the versionless name only. */
function fresh(family: Family, version: string): Recognized {
  const versioned = joinPath(family.directory, joinVersion(family.base, version));
  const isFirst = version === "1" && family.versionless === null && family.versions.length === 0;
  return { versioned, actual: isFirst ? joinPath(family.directory, family.base) : versioned };
}

/**
 * Puts the versionless name of a family right.
 *
 * @param alone whether a versionless file without versions becomes version 1
 */
export function maintainVersions(files: FilePort, path: string, alone: boolean): null | Refusal {
  const { directory, name } = splitPath(path);
  const family = familyOf(files, directory, name);
  if (isRefusal(family)) return family;
  const { versionless, versions, linked } = family;
  const highest = versions[0];
  const at = (spelling: string) => joinPath(directory, spelling);
  if (highest === undefined) {
    if (versionless === null || !alone) return null;
    return files.link(at(versionless), at(joinVersion(versionless, 1)));
  }
  if (versionless !== null && linked === null) {
    return files.link(at(versionless), at(joinVersion(versionless, highest.number + 1)));
  }
  if (linked === highest) return null;
  const gone = versionless === null ? null : files.remove(at(versionless));
  return gone ?? files.link(at(highest.name), at(splitVersion(highest.name).base));
}

/** Makes a directory with all that is missing above it. Answers its true name. */
export function ensureDirectory(files: FilePort, path: string): string | Refusal {
  const existing = trueName(files, path);
  if (!isRefusal(existing)) return existing.isDirectory ? existing.path : { refused: UNIX_ERROR.notDirectory };
  if (path === "/" || existing.refused !== UNIX_ERROR.noSuchFile) return existing;
  const { directory, name } = splitPath(path);
  const parent = ensureDirectory(files, directory);
  if (isRefusal(parent)) return parent;
  const made = joinPath(parent, name);
  return files.makeDirectory(made) ?? made;
}
