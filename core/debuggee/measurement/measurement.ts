/**
 * The measurement of a run: allocations by place of the text, calls of functions, and lifetimes in program steps. A program is measured
 * when that is asked for before it starts, and then stops at every step for a moment; otherwise nothing of this exists.
 */
import { fingerprint } from "../../base/fingerprint.ts";
import type { ByteAddress, Pointer } from "../../base/units.ts";
import type { StopReason } from "../../vm/events.ts";
import type { Machine } from "../../vm/machine.ts";
import { callerOf } from "../../vm/stack/frames.ts";
import type { FunctionMeasurement, Measurements, SiteMeasurement } from "../../wire/index.ts";
import type { Places } from "../program/places.ts";
import type { UserStops } from "../stops/user-stops.ts";
import type { Motion, Place, SourceText } from "../types.ts";
import { type SiteCount, SiteCounter } from "./site-counter.ts";

const BYTES_PER_WORD = 2;

export class Measurement {
  private readonly machine: Machine;
  private readonly places: Places;
  private readonly source: SourceText;
  private readonly counter: SiteCounter;
  /** Step places, and how often each was reached. */
  private readonly hits: Map<ByteAddress, number>;
  private steps = 0;

  /** The machine reports to it from now on. */
  constructor(machine: Machine, places: Places, source: SourceText) {
    this.machine = machine;
    this.places = places;
    this.source = source;
    this.hits = new Map(places.steps(null).map(({ pc }) => [pc, 0]));
    this.counter = new SiteCounter({ site: () => this.site(), time: () => this.steps });
    machine.observe(this.counter);
  }

  /** A run that stops where the user wants it to, and counts the program steps on the way. */
  motion(user: UserStops): Motion {
    const { machine } = this;
    user.release();
    // Where it stands now is a step that has not been counted when it is the first one.
    if (this.steps === 0) this.count(machine.registers().pc);
    machine.setBreakpoints(this.stops(user.breakpoints));
    const run = (safepoints: number): StopReason => {
      const end = machine.moment().block + safepoints;
      for (;;) {
        const left = end - machine.moment().block;
        if (left <= 0) return { kind: "slice" };
        const stop = machine.run(left);
        if (stop.kind !== "breakpoint") return stop;
        const { pc } = machine.registers();
        if (this.hits.has(pc)) this.count(pc);
        if (user.isBreakpoint(pc)) return stop;
      }
    };
    return { run };
  }

  /** Where the machine has to stop so that steps are counted, besides the breakpoints of the user. */
  stops(breakpoints: ReadonlySet<ByteAddress>): Iterable<ByteAddress> {
    return new Set([...this.hits.keys(), ...breakpoints]);
  }

  /** What the user goes by hand counts as one step. */
  counting(motion: Motion): Motion {
    const run = (safepoints: number): StopReason => {
      const stop = motion.run(safepoints);
      if (stop.kind === "step") this.count(this.machine.registers().pc);
      return stop;
    };
    return { run };
  }

  /** The form that allocated an object; null when that is not known. */
  siteOf(object: Pointer): Place | null {
    const pc = this.counter.birthplace(object);
    return pc === null ? null : this.places.at(pc);
  }

  results(): Measurements {
    const { path, text } = this.source;
    return {
      program: path,
      fingerprint: fingerprint(text),
      manager: this.machine.manager.traits.name,
      steps: this.steps,
      sites: this.sites(),
      functions: this.functions(),
    };
  }

  private count(pc: ByteAddress): void {
    this.steps++;
    const known = this.hits.get(pc);
    if (known !== undefined) this.hits.set(pc, known + 1);
  }

  /** What the library allocates counts for the form of the program that called it. */
  private site(): ByteAddress | null {
    const { memory, code } = this.machine;
    const { pvar, func } = this.machine.registers();
    const running = code.at(func);
    if (running?.path === this.source.path) {
      const site = this.machine.allocationSite;
      return site >= running.codeStart && site < running.codeEnd ? site : running.codeStart;
    }
    for (let caller = callerOf(memory, pvar); caller !== null; caller = callerOf(memory, caller.pvar)) {
      // A return address stands behind the call.
      if (code.at(caller.header)?.path === this.source.path) return caller.pc - 1;
    }
    return null;
  }

  /** By form: several instructions may belong to one. */
  private sites(): SiteMeasurement[] {
    const byForm = new Map<string, { start: number; end: number; count: SiteCount }>();
    for (const [pc, count] of this.counter.sites) {
      const place = this.places.at(pc);
      if (place === null) continue;
      const { start, end } = place;
      const key = `${start} ${end}`;
      const known = byForm.get(key);
      byForm.set(key, { start, end, count: known === undefined ? count : sum(known.count, count) });
    }
    return [...byForm.values()]
      .sort((a, b) => a.start - b.start || b.end - a.end)
      .map(({ start, end, count }) => ({
        start,
        end,
        objects: count.objects,
        bytes: count.words * BYTES_PER_WORD,
        deaths: count.deaths,
        meanLifetime: count.deaths === 0 ? null : count.totalLifetime / count.deaths,
        maxLifetime: count.deaths === 0 ? null : count.longestLifetime,
      }));
  }

  private functions(): FunctionMeasurement[] {
    return this.places.entries().flatMap(({ pc, start, functionName }) => {
      const calls = this.hits.get(pc) ?? 0;
      return calls === 0 ? [] : [{ name: functionName, at: start, calls }];
    });
  }
}

function sum(a: SiteCount, b: SiteCount): SiteCount {
  return {
    objects: a.objects + b.objects,
    words: a.words + b.words,
    deaths: a.deaths + b.deaths,
    totalLifetime: a.totalLifetime + b.totalLifetime,
    longestLifetime: Math.max(a.longestLifetime, b.longestLifetime),
  };
}
