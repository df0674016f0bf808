/** A file port on a tree in memory, for tests of what machines do with files. */
import { type FilePort, type FileStatus, isRefusal, type Refusal, UNIX_ERROR } from "../../../core/vm/ports.ts";

interface Node {
  readonly kind: "file" | "directory";
  readonly identity: number;
  bytes: Uint8Array;
  modified: number;
  mode: number;
}

const refuse = (number: number): Refusal => ({ refused: number });
const bytesOf = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

export class MemoryFiles implements FilePort {
  /** By path; two paths may have one node. */
  readonly nodes = new Map<string, Node>();
  readonly opened = new Map<number, Node>();
  readonly forbidden: readonly string[];
  directory = "/home";
  private identities = 1;

  /**
   * @param tree contents by path; directories above them are made
   * @param forbidden directories whose status and names are not told, as a confined port does
   */
  constructor(tree: Readonly<Record<string, string>> = {}, forbidden: readonly string[] = []) {
    this.forbidden = forbidden;
    this.node("/", "directory");
    for (const [path, text] of Object.entries(tree)) this.put(path, text);
  }

  put(path: string, text: string): void {
    const parts = path.split("/").slice(1, -1);
    for (let i = 1; i <= parts.length; i++) {
      const directory = `/${parts.slice(0, i).join("/")}`;
      if (!this.nodes.has(directory)) this.node(directory, "directory");
    }
    this.node(path, "file").bytes = bytesOf(text);
  }
  text(path: string): string | null {
    const node = this.nodes.get(path);
    return node === undefined ? null : String.fromCharCode(...node.bytes);
  }
  /** Paths of all files, sorted. */
  paths(): string[] {
    return [...this.nodes].flatMap(([path, { kind }]) => (kind === "file" ? [path] : [])).sort();
  }

  status(path: string): FileStatus | Refusal {
    if (this.forbidden.includes(path)) return refuse(UNIX_ERROR.accessDenied);
    const node = this.nodes.get(path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path);
    return node === undefined ? refuse(UNIX_ERROR.noSuchFile) : statusOf(node);
  }
  list(directory: string): readonly string[] | Refusal {
    const status = this.status(directory);
    if (isRefusal(status)) return status;
    if (status.kind !== "directory") return refuse(UNIX_ERROR.notDirectory);
    const prefix = directory === "/" ? "/" : `${directory}/`;
    return [...this.nodes.keys()].flatMap((path) => {
      const rest = path.startsWith(prefix) ? path.slice(prefix.length) : "";
      return rest === "" || rest.includes("/") ? [] : [rest];
    });
  }

  open(path: string, how: { access: string; create: boolean; truncate: boolean }): number | Refusal {
    let node = this.nodes.get(path);
    if (node === undefined) {
      if (!how.create || isRefusal(this.status(parentOf(path)))) return refuse(UNIX_ERROR.noSuchFile);
      node = this.node(path, "file");
    }
    if (node.kind === "directory") return refuse(UNIX_ERROR.isDirectory);
    if (how.truncate) node.bytes = new Uint8Array(0);
    const number = 3 + this.opened.size;
    this.opened.set(number, node);
    return number;
  }
  statusOf(file: number): FileStatus | Refusal {
    const node = this.opened.get(file);
    return node === undefined ? refuse(UNIX_ERROR.badFileNumber) : statusOf(node);
  }
  read(file: number, offsetBytes: number, lengthBytes: number): Uint8Array | Refusal {
    const node = this.opened.get(file);
    return node === undefined
      ? refuse(UNIX_ERROR.badFileNumber)
      : node.bytes.slice(offsetBytes, offsetBytes + lengthBytes);
  }
  write(file: number, offsetBytes: number, bytes: Uint8Array): null | Refusal {
    const node = this.opened.get(file);
    if (node === undefined) return refuse(UNIX_ERROR.badFileNumber);
    if (offsetBytes + bytes.length > 1_000_000) return refuse(UNIX_ERROR.tooLarge);
    this.resize(node, Math.max(node.bytes.length, offsetBytes + bytes.length));
    node.bytes.set(bytes, offsetBytes);
    return null;
  }
  setLength(file: number, lengthBytes: number): null | Refusal {
    const node = this.opened.get(file);
    if (node === undefined) return refuse(UNIX_ERROR.badFileNumber);
    if (lengthBytes > 1_000_000) return refuse(UNIX_ERROR.tooLarge);
    this.resize(node, lengthBytes);
    return null;
  }
  close(file: number): null | Refusal {
    return this.opened.delete(file) ? null : refuse(UNIX_ERROR.badFileNumber);
  }

  setModified(file: string | number, seconds: number): null | Refusal {
    const node = typeof file === "string" ? this.nodes.get(file) : this.opened.get(file);
    if (node === undefined) return refuse(UNIX_ERROR.noSuchFile);
    node.modified = seconds;
    return null;
  }
  setMode(path: string, mode: number): null | Refusal {
    const node = this.nodes.get(path);
    if (node === undefined) return refuse(UNIX_ERROR.noSuchFile);
    node.mode = mode;
    return null;
  }
  rename(from: string, to: string): null | Refusal {
    const refusal = this.link(from, to, true);
    if (refusal === null) this.nodes.delete(from);
    return refusal;
  }
  link(existing: string, path: string, replace = false): null | Refusal {
    const node = this.nodes.get(existing);
    if (node === undefined || isRefusal(this.status(parentOf(path)))) return refuse(UNIX_ERROR.noSuchFile);
    if (this.nodes.has(path) && !replace) return refuse(UNIX_ERROR.exists);
    this.nodes.set(path, node);
    return null;
  }
  remove(path: string): null | Refusal {
    const node = this.nodes.get(path);
    if (node === undefined) return refuse(UNIX_ERROR.noSuchFile);
    if (node.kind === "directory") return refuse(UNIX_ERROR.isDirectory);
    this.nodes.delete(path);
    return null;
  }
  makeDirectory(path: string): null | Refusal {
    if (this.nodes.has(path)) return refuse(UNIX_ERROR.exists);
    if (isRefusal(this.status(parentOf(path)))) return refuse(UNIX_ERROR.noSuchFile);
    this.node(path, "directory");
    return null;
  }
  removeDirectory(path: string): null | Refusal {
    const names = this.list(path);
    if (isRefusal(names)) return names;
    if (names.length > 0) return refuse(UNIX_ERROR.notEmpty);
    this.nodes.delete(path);
    return null;
  }
  currentDirectory(): string {
    return this.directory;
  }
  changeDirectory(path: string): null {
    this.directory = path;
    return null;
  }

  private node(path: string, kind: "file" | "directory"): Node {
    const identity = this.identities++;
    const node: Node = { kind, identity, bytes: new Uint8Array(0), modified: 1_000_000 + identity, mode: 0o644 };
    this.nodes.set(path, node);
    return node;
  }
  private resize(node: Node, length: number): void {
    const bytes = new Uint8Array(length);
    bytes.set(node.bytes.subarray(0, length));
    node.bytes = bytes;
  }
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf("/")));
}
function statusOf(node: Node): FileStatus {
  return {
    kind: node.kind,
    sizeBytes: node.bytes.length,
    modified: node.modified,
    accessed: node.modified + 5,
    owner: "alonzo",
    mode: node.mode,
    identity: node.identity,
  };
}
