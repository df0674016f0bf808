/** Runs a program under the manager `asap` and writes down everything that happens to its objects, in order, together with what it prints. */

import type { ManagerOptions } from "../../../core/managers/contract.ts";
import { type HeapObserver, silent } from "../../../core/managers/events.ts";
import type { StopReason } from "../../../core/vm/events.ts";
import { quietPorts } from "../../../core/vm/ports.ts";
import { debuggeeFor, runMotion } from "./debuggee.ts";

export interface LifetimeRun {
  readonly output: string;
  /**
   * `alloc 1`: objects have the numbers in which they came; `inc 1 = 2`: with the counter after it; `print "6"`. What the machine makes for itself
   * (number boxes, strings: all that goes into the arena of the program) is left out.
   */
  readonly events: readonly string[];
  /** Most objects that were there at a time, and those that are left. */
  readonly peak: number;
  readonly live: number;
  readonly stop: StopReason;
}

/** Events whose counter says something. */
const COUNTED: ReadonlySet<string> = new Set([
  "inc",
  "dec",
  "arena.end",
  "stack.end",
  "handle.acquire",
  "handle.release",
  "component.dismantle",
]);

class Recorder {
  readonly events: string[] = [];
  peak = 0;
  live = 0;
  private readonly numbers = new Map<number, number>();
  private made = 0;

  observer(): HeapObserver {
    return {
      ...silent,
      allocated: (object) => this.came("alloc", object),
      freed: (object) => {
        this.live--;
        this.events.push(`free ${this.numbers.get(object) ?? "?"}`);
      },
      memoryError: (_object, message) => this.events.push(`error ${message}`),
      lifetime: (kind, object, _size, after, place) => {
        if (kind.startsWith("arena") && place === "program") return;
        if (kind === "arena.alloc" || kind === "stack.alloc") {
          this.came(kind, object);
          return;
        }
        if (kind === "arena.end" || kind === "stack.end") this.live -= after;
        const number = this.numbers.get(object);
        const about = number === undefined ? "" : ` ${number}`;
        this.events.push(`${kind}${about}${COUNTED.has(kind) ? ` = ${after}` : ""}`);
      },
    };
  }

  private came(kind: string, object: number): void {
    this.made++;
    this.numbers.set(object, this.made);
    this.live++;
    this.peak = Math.max(this.peak, this.live);
    this.events.push(`${kind} ${this.made}`);
  }
}

/** Runs a program to its end. */
export function runPlanned(text: string, managerOptions: ManagerOptions = {}): LifetimeRun {
  let output = "";
  const recorder = new Recorder();
  const console = {
    write: (written: string) => {
      output += written;
      if (written !== "\n") recorder.events.push(`print ${written.trimEnd()}`);
    },
  };
  const settings = { manager: "asap", managerOptions, ports: { ...quietPorts(), console } };
  const { debuggee } = debuggeeFor(text, settings);
  debuggee.machine.manager.observer = recorder.observer();
  const stop = runMotion(debuggee.continue(), 1_000_000);
  const { events, peak, live } = recorder;
  return { output, events, peak, live, stop };
}
