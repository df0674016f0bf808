/**
 * Sources as the client knows them: the program's file by path, library code as a listing with a
 * reference. Paths are compared after resolving them, and given back in the
 * form that the client uses (plain paths, or URIs when it said so in `initialize`).
 */
import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { basename, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { ByteAddress, SourceText } from "#core";
import { errors } from "../errors.ts";
import { byteReference } from "../presentation/memory-references.ts";
import type { Subject } from "../program/engine.ts";

/** The instructions of a function without a file, as text. */
interface Listing {
  readonly name: string;
  readonly text: string;
  /** Address of the instruction on each line. */
  readonly addresses: readonly ByteAddress[];
  /** Library of a program; everything is the image's own where there is no program. */
  readonly isLibrary: boolean;
}

/** Reference of the text that a recording brought along: behind those of all listings. */
const BROUGHT = 2 ** 31 - 1;
/** Instructions that are looked at on each side of a place to find where its function begins and ends. */
const LISTING_REACH = 500;

export class Sources {
  private readonly usesUris: boolean;
  /** Code without a file that the client has been told of; its reference is the index plus one. */
  private readonly listings: Listing[] = [];
  private brought: SourceText | null = null;

  private readonly appeared: (source: DebugProtocol.Source) => void;

  /** @param appeared is told of each listing that the client has not seen before */
  constructor(appeared: (source: DebugProtocol.Source) => void, pathFormat = "path") {
    this.appeared = appeared;
    this.usesUris = pathFormat === "uri";
  }

  /** A path of the client, as an absolute path of this machine. */
  pathFromClient(path: string): string {
    if (!/^file:\/\//i.test(path)) return resolve(path);
    try {
      return fileURLToPath(path);
    } catch {
      return path;
    }
  }

  /** A recording brings the text of its program along: the client asks for it here, and not the file of that name. */
  bring(text: SourceText): void {
    this.brought = text;
  }
  /** The source of a file. */
  ofPath(path: string): DebugProtocol.Source {
    const source = { name: basename(path), path: this.usesUris ? pathToFileURL(path).href : path };
    return path === this.brought?.path ? { ...source, sourceReference: BROUGHT, origin: "recording" } : source;
  }
  /** The text that a recording brought along; null when the reference is to something else. */
  broughtText(reference: number): string | null {
    return reference === BROUGHT ? (this.brought?.text ?? null) : null;
  }

  /** The source of the program, with a checksum of the text that was loaded: a client can tell whether its file is another one. */
  ofProgram({ path, text }: SourceText): DebugProtocol.Source {
    const checksum = createHash("sha256").update(text).digest("hex");
    return { ...this.ofPath(path), checksums: [{ algorithm: "SHA256", checksum }] };
  }

  /** The source of a function without a file, and the line of the instruction at `pc`, counted from 0. */
  ofCode(subject: Subject, name: string, pc: ByteAddress): { source: DebugProtocol.Source; line: number } {
    let index = this.listings.findIndex((listing) => listing.name === name && listing.addresses.includes(pc));
    const isNew = index < 0;
    if (isNew) index = this.listings.push(listingOf(subject, name, pc)) - 1;
    const listing = this.listings[index] as Listing;
    if (isNew) this.appeared(sourceOf(listing, index));
    return { source: sourceOf(listing, index), line: Math.max(0, listing.addresses.indexOf(pc)) };
  }

  libraryInUse(): readonly DebugProtocol.Source[] {
    return this.listings.map(sourceOf);
  }

  /** @throws {RequestError} */
  listing(reference: number): Listing {
    const listing = this.listings[reference - 1];
    if (listing === undefined) throw errors.badSourceReference(reference);
    return listing;
  }
}

function sourceOf({ name, isLibrary }: Listing, index: number): DebugProtocol.Source {
  const source = { name, sourceReference: index + 1 };
  return isLibrary
    ? { ...source, origin: "built-in library", presentationHint: "deemphasize" }
    : { ...source, origin: "code of the image" };
}

function listingOf(subject: Subject, name: string, pc: ByteAddress): Listing {
  const around = subject.disassemble(pc, -LISTING_REACH, 2 * LISTING_REACH);
  const isCode = (index: number) => (around[index]?.bytes ?? "") !== "";
  let from = LISTING_REACH;
  let to = LISTING_REACH + 1;
  while (isCode(from - 1)) from--;
  while (isCode(to)) to++;
  const rows = around.slice(from, to);
  const text = rows.map((row) => `${byteReference(row.address)}  ${row.bytes.padEnd(18)}  ${row.text}`).join("\n");
  const isLibrary = subject.source !== null;
  return { name, text: `${text}\n`, addresses: rows.map((row) => row.address), isLibrary };
}

export function isSameFile(one: string, other: string): boolean {
  return one === other || real(one) === real(other);
}

function real(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}
