/** Data breakpoints: what is watched, and which of them a stop at something watched is about. */
import type { StopReason, Watch, WatchHit } from "#core";
import { notes } from "../errors.ts";
import type { Engine } from "../program/engine.ts";
import type { BreakpointState } from "./code-breakpoints.ts";
import { type DataId, parseDataId } from "./data-id.ts";
import { type DataMode, dataMode } from "./modes.ts";
import type { Rule, RuleMaker, Wish } from "./rules.ts";

interface DataRule {
  readonly rule: Rule;
  readonly id: DataId | null;
  readonly access: string;
  /** Null when there is nothing to watch. */
  readonly watch: Watch | null;
  /** Why there is not. */
  readonly problem: string | null;
}
export interface DataWish extends Wish {
  readonly dataId: string;
  readonly accessType?: string;
}
/** Access types of the protocol. */
const ACCESS_TYPES = ["read", "write", "readWrite"] as const;
type AccessType = (typeof ACCESS_TYPES)[number];

export class DataBreakpoints {
  private readonly maker: RuleMaker;
  private rules: readonly DataRule[] = [];
  private engine: Engine | null = null;
  private isAtRest = false;

  constructor(maker: RuleMaker) {
    this.maker = maker;
  }

  /** Places are looked for again. Variables of frames do not live on: their breakpoints are gone. */
  attach(engine: Engine | null): void {
    this.engine = engine;
    this.isAtRest = engine === null;
    const staying = this.rules.filter(({ id }) => id === null || id.frame === null);
    this.rules = staying.map(({ rule, id, access }) => this.bound(rule, id, access));
    for (const { rule } of this.rules) rule.hits.clear();
  }

  set(wishes: readonly DataWish[]): readonly BreakpointState[] {
    const asked = wishes.map((wish) => ({ ...wish, id: parseDataId(wish.dataId) }));
    // What a hit does may stand in the id: the protocol has no mode where data breakpoints are set.
    const wanted = asked.map((wish) => {
      const mode = wish.id?.mode ?? null;
      return mode === null || dataMode(mode) !== null ? wish : { ...wish, mode };
    });
    const old = this.rules.map(({ rule }) => rule);
    const what = ({ dataId, accessType = "" }: DataWish) => `data ${dataId} ${accessType}`;
    const made = this.maker.makeAll(wanted, old, what, problemOf);
    this.rules = made.map(({ wish, rule }) => this.bound(rule, wish.id, wish.accessType ?? "write"));
    return this.states();
  }

  states(): readonly BreakpointState[] {
    return this.rules.map(({ rule, problem }) => {
      const isPending = rule.problem === null && problem !== null && this.engine === null && !this.isAtRest;
      return { id: rule.id, place: null, problem: rule.problem ?? problem, isPending };
    });
  }

  all(): readonly Rule[] {
    return this.rules.map(({ rule }) => rule);
  }

  watches(): readonly Watch[] {
    return this.rules.flatMap(({ watch }) => watch ?? []);
  }

  /** The rules that a stop is about, with what happened to each; those whose variable is gone are taken out, unless the run only looks for something in the past. */
  hitBy(
    { hits }: StopReason & { kind: "watch" },
    isSearch: boolean,
  ): readonly { readonly rule: Rule; readonly hit: WatchHit }[] {
    const found = this.rules.flatMap((one) => {
      const hit = hits.find(({ watch, access, isChange }) => {
        return watch === one.watch && (one.id?.mode !== "change" || isChange || access === "gone");
      });
      return hit === undefined ? [] : [{ rule: one.rule, hit }];
    });
    if (isSearch) return found.filter(({ hit }) => hit.access !== "gone");
    const gone = new Set(found.filter(({ hit }) => hit.access === "gone").map(({ rule }) => rule));
    if (gone.size > 0) this.rules = this.rules.filter(({ rule }) => !gone.has(rule));
    return found;
  }

  private bound(rule: Rule, id: DataId | null, access: string): DataRule {
    const nothing = (problem: string): DataRule => ({ rule, id, access, watch: null, problem });
    if (this.isAtRest) return nothing(notes.atRest());
    if (id === null || rule.problem !== null) return nothing(rule.problem ?? "");
    if (this.engine === null) return nothing(notes.notLoaded());
    const { watching } = this.engine;
    const start = typeof id.place === "number" ? id.place : cellBytes(watching.global(id.place.global));
    if (start === null) return nothing(notes.noGlobal(typeof id.place === "number" ? "" : id.place.global));
    const watch = watchOf(id, start, access as AccessType);
    const why = watch.kind === "count" ? watching.whyUncounted(watch.object) : null;
    return why === null ? { rule, id, access, watch, problem: null } : nothing(notes.notCounted(why));
  }
}

function cellBytes(cell: number | null): number | null {
  return cell === null ? null : 2 * cell;
}

function problemOf({ dataId, accessType = "write" }: DataWish): string | null {
  if (!(ACCESS_TYPES as readonly string[]).includes(accessType)) return notes.badAccess(accessType, ACCESS_TYPES);
  return parseDataId(dataId) === null ? notes.badDataId(dataId) : null;
}

function watchOf({ bytes, mode, frame }: DataId, start: number, access: AccessType): Watch {
  switch (mode) {
    case "count":
      return { kind: "count", object: Math.floor(start / 2) };
    case "free":
      return { kind: "life", start, bytes };
    default:
      return { kind: "data", start, bytes, access: accessOf(mode as DataMode | null) ?? access, frame };
  }
}
/** A mode may say it, whatever the access type is. */
function accessOf(mode: string | null): AccessType | null {
  if (mode === "read") return "read";
  return mode === "write" || mode === "change" ? "write" : null;
}
