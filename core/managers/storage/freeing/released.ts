/**
 * Objects that a program has freed. Until its storage is handed out again, a second free of an object is an error that names the first one. The last ones
 * wait before their storage goes to the free lists, overwritten with *poison*: a pointer to where no memory is, which names the release. So a use of them
 * stops the machine, and a store into them is noticed when their wait is over.
 *
 * ```
 * poison   0x0f000000 + 16 * (number of the release modulo 65536): above every address of an image
 * ```
 */
import type { ByteAddress, Pointer } from "../../../base/units.ts";
import { TYPE_BLOCK, TYPE_LISTP } from "../../../memory/layout.ts";
import type { VirtualMemory } from "../../../memory/virtual-memory.ts";
import { pointerNotation } from "../../../objects/pointer-notation.ts";
import type { ManagerState } from "../../contract.ts";
import { integer } from "../../options.ts";
import { savedNumber } from "../state.ts";
import type { Storage } from "../storage.ts";
import type { CellRun, Part } from "./parts.ts";

/** Freed objects that wait before their storage is used again, unless the option says otherwise. */
export const DEFAULT_WAIT = 64;
export const WAIT_OPTION = integer(
  "quarantine",
  0,
  100_000,
  `Freed objects that wait, overwritten, before their storage is used again; default ${DEFAULT_WAIT}.`,
);

const POISON_BASE = 0x0f000000;
const POISON_STEP = 16;
const POISON_NUMBERS = 0x10000;

/** A release: which object, and the instruction that asked for it. */
export interface Release {
  readonly object: Pointer;
  readonly site: ByteAddress;
}
interface WaitingRelease extends Release {
  readonly number: number;
  readonly parts: readonly Part[];
}

export class ReleasedObjects {
  private readonly storage: Storage;
  private readonly memory: VirtualMemory;
  /** Releases that wait at most; 0: storage goes to the free lists at once. */
  private readonly most: number;
  /** Object -> instruction that freed it, for all whose storage was not handed out again. */
  private readonly sites = new Map<Pointer, ByteAddress>();
  private waiting: WaitingRelease[] = [];
  private releases = 0;

  constructor(storage: Storage, most: number) {
    this.storage = storage;
    this.memory = storage.context.memory;
    this.most = most;
  }

  /** Objects that were freed and whose storage was not handed out again. */
  get size(): number {
    return this.sites.size;
  }
  /** The releases that wait, oldest first. */
  get queue(): readonly Release[] {
    return this.waiting;
  }

  /** The release of an object, or the one that a poison pointer names; null when there is none. */
  releaseOf(pointer: Pointer): Release | null {
    const site = this.sites.get(pointer);
    if (site !== undefined) return { object: pointer, site };
    const number = (pointer - POISON_BASE) / POISON_STEP;
    if (number < 0 || number >= POISON_NUMBERS) return null;
    return this.waiting.find((release) => release.number % POISON_NUMBERS === Math.floor(number)) ?? null;
  }

  /** Its storage was handed out again. */
  reused(object: Pointer): void {
    this.sites.delete(object);
  }

  release(object: Pointer, parts: readonly Part[], site: ByteAddress): void {
    this.sites.set(object, site);
    for (const part of parts) this.storage.noteFreed(part.object, part.type, part.sizeWords);
    if (this.most === 0) {
      this.giveBack(parts);
      return;
    }
    const release = { number: this.releases++, object, parts, site };
    const poison = poisonOf(release);
    eachCell(parts, (cell) => this.memory.setCell(cell, poison));
    this.waiting.push(release);
    if (this.waiting.length > this.most) this.endWait(this.waiting.shift() as WaitingRelease);
  }

  /** Ends every wait. */
  flush(): void {
    for (const release of this.waiting.splice(0)) this.endWait(release);
  }

  private endWait(release: WaitingRelease): void {
    const poison = poisonOf(release);
    let changed: Pointer | null = null;
    eachCell(release.parts, (cell) => {
      if (this.memory.cell(cell) !== poison) changed ??= cell;
    });
    if (changed === null) {
      this.giveBack(release.parts);
      return;
    }
    const { object } = release;
    const what = `${pointerNotation(this.memory, object)} was stored into after it was freed`;
    this.storage.context.observer.memoryError(object, `${what}; its storage is not used again`);
  }

  private giveBack(parts: readonly Part[]): void {
    for (const { object, type, runs } of parts) {
      if (type === TYPE_BLOCK) this.storage.blocks.free(object);
      else if (type === TYPE_LISTP) for (const [cell] of runs) this.storage.consPages.free(cell);
      else this.storage.typed.free(object, type);
    }
  }

  save(): ManagerState {
    const waiting = this.waiting.flatMap(({ number, object, site, parts }) => [
      ...[number, object, site, parts.length],
      ...parts.flatMap((part) => [part.object, part.type, part.sizeWords, part.runs.length, ...part.runs.flat()]),
    ]);
    return { releases: this.releases, released: [...this.sites].flat(), waiting };
  }
  restore(state: ManagerState): void {
    this.releases = savedNumber(state, "releases");
    this.sites.clear();
    const released = state.released as readonly number[];
    for (let i = 0; i < released.length; i += 2) this.sites.set(released[i] as number, released[i + 1] as number);
    const numbers = (state.waiting as readonly number[]).values();
    this.waiting = [];
    for (let number = numbers.next(); number.done !== true; number = numbers.next()) {
      this.waiting.push(savedRelease(number.value, () => numbers.next().value as number));
    }
  }
}

function savedRelease(number: number, next: () => number): WaitingRelease {
  const [object, site, parts] = [next(), next(), next()];
  const part = (): Part => {
    const [object, type, sizeWords, runs] = [next(), next(), next(), next()];
    return { object, type, sizeWords, runs: Array.from({ length: runs }, (): CellRun => [next(), next()]) };
  };
  return { number, object, site, parts: Array.from({ length: parts }, part) };
}

function poisonOf({ number }: WaitingRelease): Pointer {
  return POISON_BASE + POISON_STEP * (number % POISON_NUMBERS);
}

function eachCell(parts: readonly Part[], visit: (cell: Pointer) => void): void {
  for (const { runs } of parts) {
    for (const [start, cells] of runs) for (let i = 0; i < cells; i++) visit(start + 2 * i);
  }
}
