/**
 * File names of Lisp and of Unix: `dir>sub>name.ext;3` is `/dir/sub/name.ext.~3~`. In Lisp names `'` quotes the character behind it, the extension is
 * never left out (`name.`), and `.>`, `..>` and `~>` lead from the current directory, its parent, and the user's home.
 * Source: reference VM, `unixpathname` and `lisppathname` in `ufs.c`, `separate_version` in `dsk.c`.
 */

/** Digits of the longest version: more are no version. */
const LONGEST_VERSION = 20;

/** A Unix name without its version, and the version: empty when there is none. */
export interface Versioned {
  readonly base: string;
  readonly version: string;
}

/** Takes `.~3~` off a Unix name; leading zeros do not count. */
export function splitVersion(name: string): Versioned {
  const found = /^(.*)\.~(\d+)~$/s.exec(name);
  if (found === null || (found[2] as string).length > LONGEST_VERSION) return { base: name, version: "" };
  return { base: found[1] as string, version: withoutZeros(found[2] as string) };
}
/** The same for patterns: whatever stands between the marks is the version. */
export function splitVersionPattern(name: string): Versioned {
  const found = /^(.*)\.~([^~]*)~$/s.exec(name);
  return found === null ? { base: name, version: "" } : { base: found[1] as string, version: found[2] as string };
}
export function joinVersion(base: string, version: string | number): string {
  return version === "" ? base : `${base}.~${version}~`;
}

function withoutZeros(digits: string): string {
  return digits.replace(/^0+(?=\d)/, "");
}

/** A path as directory and name; the root is its own directory. */
export function splitPath(path: string): { readonly directory: string; readonly name: string } {
  const slash = path.lastIndexOf("/");
  return { directory: slash <= 0 ? "/" : path.slice(0, slash), name: path.slice(slash + 1) };
}
export function joinPath(directory: string, name: string): string {
  return directory.endsWith("/") ? directory + name : `${directory}/${name}`;
}

/** Letters of ASCII in lower case: {DSK} does not tell them apart. */
export function foldCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** `{HOST}` and the rest of a full Lisp name, without the delimiters around a directory; null when there is no host. */
export function splitHost(full: string): { readonly host: string; readonly rest: string } | null {
  const found = /^\{([^}]*)\}(.*)$/s.exec(full);
  if (found === null) return null;
  const host = (found[1] as string).toUpperCase();
  const name = found[2] as string;
  if (name.length <= 1) return { host, rest: name === "" ? "" : "<" };
  const inner = /^[</]/.test(name) ? name.slice(1) : name;
  return { host, rest: inner.endsWith(">") && !isQuoted(inner, inner.length - 1) ? inner.slice(0, -1) : inner };
}

/** Whether the character at a place has a quote before it that counts. */
function isQuoted(name: string, at: number): boolean {
  let quotes = 0;
  while (at - 1 - quotes >= 0 && name[at - 1 - quotes] === "'") quotes++;
  return quotes % 2 === 1;
}

/** Where `.>`, `..>` and `~>` lead; `home` answers null for users that are not known. */
export interface Anchors {
  currentDirectory(): string;
  home(user: string): string | null;
}

/**
 * The Unix path of a Lisp name without host.
 *
 * @param versioned whether `;3` at the end is a version ({DSK}) or belongs to the name ({UNIX})
 * @param isPattern names for enumeration keep a point at their end
 * @returns null when it begins at a home that is not known
 */
export function unixPath(lisp: string, versioned: boolean, isPattern: boolean, anchors: Anchors): string | null {
  if (lisp === "<") return "/";
  const name = versioned ? unixVersion(lisp) : lisp;
  const components = splitComponents(name);
  const start = anchor(components[0] ?? "", anchors);
  if (start === null) return null;
  let path = start.path;
  let isFile = false;
  for (const component of components.slice(start.taken)) {
    isFile = false;
    if (component === ".." && path !== "/") path = `${splitPath(path.slice(0, -1)).directory}/`.replace(/^\/+/, "/");
    else if (component !== ".." && component !== "." && component !== "") {
      // A name that only begins like the parent loses a point, as in the reference VM.
      path += `${unquoted(component.startsWith("..") ? component.slice(1) : component)}/`;
      isFile = true;
    }
  }
  if (!isFile) return path;
  path = path.slice(0, -1);
  return isPattern ? path : withoutFinalPoint(path, name);
}

/** `name;3` -> `name.~3~`; a version of zeros is none. */
function unixVersion(lisp: string): string {
  let at = lisp.length - 1;
  while (at >= 0 && !(lisp[at] === ";" && (at === 0 || lisp[at - 1] !== "'"))) at--;
  if (at < 0) return lisp;
  const version = lisp.slice(at + 1).replace(/^0+/, "");
  return joinVersion(lisp.slice(0, at), version.slice(0, LONGEST_VERSION));
}

/** Pieces between delimiters that are not quoted; quotes stay. */
function splitComponents(name: string): string[] {
  const components: string[] = [""];
  for (let i = 0; i < name.length; i++) {
    const character = name[i] as string;
    if (character === ">") components.push("");
    else {
      components[components.length - 1] += character;
      if (character === "'" && i + 1 < name.length) components[components.length - 1] += name[++i];
    }
  }
  return components;
}
function unquoted(component: string): string {
  return component.replace(/'(.?)/gs, "$1");
}

/** The directory at which a name begins, with `/` at its end, and how many components say so. */
function anchor(first: string, anchors: Anchors): { path: string; taken: number } | null {
  if (first === ".") return { path: joinPath(anchors.currentDirectory(), ""), taken: 1 };
  if (first === "..") return { path: joinPath(splitPath(anchors.currentDirectory()).directory, ""), taken: 1 };
  if (!first.startsWith("~")) return { path: "/", taken: 0 };
  const home = anchors.home(first.slice(1));
  return home === null ? null : { path: joinPath(home, ""), taken: 1 };
}

/** A point at the end of a Lisp name only says that there is no extension. */
function withoutFinalPoint(path: string, lisp: string): string {
  const { base: lispBase } = splitVersion(lisp);
  const { base, version } = splitVersion(path);
  const isMark = lispBase.endsWith(".") && !isQuoted(lispBase, lispBase.length - 1);
  return isMark ? joinVersion(base.slice(0, -1), version) : path;
}

/** The Lisp name of a directory, with delimiters around it; `<` is the root. */
export function lispDirectory(path: string): string {
  if (path === "/") return "<";
  const text = `<${quotedDirectories(path)}`;
  return text.endsWith(">") && !isQuoted(text, text.length - 1) ? text : `${text}>`;
}

/**
 * The Lisp name of a file.
 *
 * @param given the Lisp name that the user wrote: which of its points are quoted is kept
 * @param versioned whether a version is shown; a name without one is version 1 then
 */
export function lispFile(path: string, given: string, versioned: boolean): string {
  if (path === "/") return "<";
  const { directory, name } = splitPath(path);
  const { base, version } = versioned ? splitVersion(name) : { base: name, version: "" };
  const quotes = quotedPoints(given);
  let point = 0;
  let text = "";
  for (const character of base) {
    const isPoint = character === ".";
    const isQuotedPoint = isPoint && quotes[point] === true;
    if (isPoint) point++;
    text += isQuotedPoint || /[>;']/.test(character) ? `'${character}` : character;
  }
  const withExtension = text.replace(/'./gs, "").includes(".") ? text : `${text}.`;
  const whole = `${directory === "/" ? "<" : lispDirectory(directory)}${withExtension}`;
  return versioned ? `${whole};${version === "" ? "1" : version}` : whole;
}

function quotedDirectories(path: string): string {
  const inner = path.slice(1).replace(/[>;']/g, "'$&").replaceAll("/", ">");
  return inner.startsWith("<") ? `'${inner}` : inner;
}

/** For each point in the last component of a Lisp name, whether it is quoted. */
function quotedPoints(lisp: string): boolean[] {
  const last = splitComponents(lisp).at(-1) ?? "";
  const points: boolean[] = [];
  for (let i = 0; i < last.length; i++) if (last[i] === ".") points.push(i > 0 && last[i - 1] === "'");
  return points;
}

/** How an enumeration names a file: quoted, never without extension, its version only when it has one. */
export function listedFileName(name: string, versioned: boolean): string {
  const { base, version } = versioned ? splitVersion(name) : { base: name, version: "" };
  let text = base.replace(/[>;']/g, "'$&");
  if (!/\../s.test(text.replace(/'./gs, "''"))) text = text.endsWith(".") ? `${text.slice(0, -1)}'..` : `${text}.`;
  return version === "" ? text : `${text};${version}`;
}
/** How an enumeration names a directory. */
export function listedDirectoryName(name: string): string {
  const text = name.replace(/[>;']/g, "'$&");
  return `${text.endsWith(".") ? `${text.slice(0, -1)}'.` : text}>`;
}
