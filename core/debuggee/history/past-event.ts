/** What happened in the past to something that somebody asks about: when, where in the program, and with which values. */
import type { ByteAddress } from "../../base/units.ts";
import { valueText } from "../../inspect/parts/value-text.ts";
import type { Moment } from "../../vm/events.ts";
import type { Watch, WatchHit } from "../../vm/gates/watch.ts";
import type { Machine } from "../../vm/machine.ts";
import { codeContaining } from "../code/code-lookup.ts";
import type { Places } from "../program/places.ts";
import { contentText } from "../stops/watching.ts";
import type { Place } from "../types.ts";
import { viewOf } from "../view.ts";

/** `outside`: somebody changed the machine at a stop, through the debugger. */
export type PastEventKind = "write" | "count" | "allocate" | "free" | "outside";

export interface PastEvent {
  readonly kind: PastEventKind;
  /** The machine stands behind it there. */
  readonly moment: Moment;
  /** The instruction that did it, or at which the collection stands that did it; null for what came from outside. */
  readonly site: ByteAddress | null;
  /** Function of the instruction; what was done, for what came from outside. */
  readonly by: string;
  /** Null where there is no source text. */
  readonly place: Place | null;
  /** Number of the collection that did it, from 1; null when the program did. */
  readonly collection: number | null;
  /** Values, or counts, as text; null where there are none. */
  readonly old: string | null;
  readonly now: string | null;
}

/** Makes events of what a machine has just done. */
export class PastEvents {
  private readonly machine: Machine;
  private readonly places: Places;

  constructor(machine: Machine, places: Places) {
    this.machine = machine;
    this.places = places;
  }

  ofHit(hit: WatchHit, site: ByteAddress): PastEvent | null {
    const kind = KINDS[hit.access];
    if (kind === null) return null;
    const { machine } = this;
    return {
      kind,
      moment: machine.moment(),
      site,
      by: functionAt(machine, site),
      place: this.places.at(site),
      collection: this.collectionAt(site),
      old: this.text(hit.watch, hit.old),
      now: kind === "allocate" ? this.object(hit.watch) : this.text(hit.watch, hit.now),
    };
  }

  /** @param what was done from outside @param content before and after; null for what is too long for one number */
  ofChange(what: string, watch: Watch, [old, now]: readonly [number | null, number | null]): PastEvent {
    const moment = this.machine.moment();
    const texts = { old: this.text(watch, old), now: this.text(watch, now) };
    return { kind: "outside", moment, site: null, by: what, place: null, collection: null, ...texts };
  }

  /** The program counter stands still in a collection, and moves on from an instruction that has done something. */
  private collectionAt(site: ByteAddress): number | null {
    const { machine } = this;
    if (machine.registers().pc !== site || machine.moment().steps === 0) return null;
    return machine.counters.collections + (machine.collection === null ? 0 : 1);
  }

  private text(watch: Watch, content: number | null): string | null {
    return content === null ? null : contentText(viewOf(this.machine), watch, content);
  }
  private object(watch: Watch): string | null {
    return watch.kind === "life" ? valueText(viewOf(this.machine), watch.start / 2) : null;
  }
}

const KINDS: { readonly [access in WatchHit["access"]]: PastEventKind | null } = {
  write: "write",
  count: "count",
  reuse: "allocate",
  free: "free",
  read: null,
  gone: null,
};

function functionAt({ memory, code }: Machine, site: ByteAddress): string {
  return codeContaining(memory, code, site)?.name ?? "";
}
