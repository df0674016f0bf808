/**
 * Requests whose answer needs long work first, such as the graph of a whole heap, or is made by it, such as a file. The work is done in slices between the messages, for one request after the
 * other: what the first has made is there for the next. It holds for memory as it is, so whoever changes that gives all of it up.
 */
import type { IndexProgress, IndexSteps } from "#core";
import { errors, type RequestError } from "./errors.ts";
import type { Clock } from "./program/output.ts";
import { SLICE_MS, Slices } from "./program/slices.ts";

/** Work that takes longer than this is shown to the user. */
const PATIENCE_MS = 500;
/** Between two reports to the user. */
const REPORT_MS = 200;

/** A request that waits for its preparation. */
export interface Waiting {
  /** `seq` of the request. */
  readonly id: number;
  readonly command: string;
  /** What is done, for the user. */
  readonly title: string;
  readonly steps: IndexSteps<unknown>;
  /** Answers the request: what it needs is there, or cannot be made, which it then finds out by itself. */
  ready(): void;
  /** Answers it with an error. */
  refuse(problem: RequestError): void;
}

/** Where progress is shown; null when the client does not show any. */
export type ProgressSink = (event: "progressStart" | "progressUpdate" | "progressEnd", body: object) => void;

export class Preparations {
  private readonly clock: Clock;
  private readonly sink: () => ProgressSink | null;
  private readonly slices: Slices;
  /** The first one is being worked for. */
  private readonly queue: Waiting[] = [];
  private startedAt = 0;
  /** When the user was last told of the first one; null: not yet. */
  private reportedAt: number | null = null;

  /** @param crashed takes what nobody expected */
  constructor(clock: Clock, sink: () => ProgressSink | null, crashed: (problem: unknown) => void) {
    this.clock = clock;
    this.sink = sink;
    this.slices = new Slices(() => this.slice(), crashed);
  }

  /** The request is answered at once when its work takes no longer than a slice, and nobody waits before it. */
  add(waiting: Waiting): void {
    this.queue.push(waiting);
    if (this.queue.length > 1) return;
    this.startedAt = this.clock();
    this.slice();
  }

  /** Memory changes: what was found about it is no longer true. */
  giveUp(): void {
    this.refuseAll(({ command }) => errors.overtaken(command));
  }
  private refuseAll(why: (waiting: Waiting) => RequestError): void {
    this.endReport();
    for (const waiting of this.queue.splice(0)) {
      waiting.steps.return(undefined);
      waiting.refuse(why(waiting));
    }
  }

  /** @param what the id of a request, or of its progress; nothing happens when that does not wait */
  cancel(what: number | string): void {
    const at = this.queue.findIndex(({ id }) => id === what || progressId(id) === what);
    if (at < 0) return;
    if (at === 0) this.endReport();
    for (const { steps, refuse } of this.queue.splice(at, 1)) {
      steps.return(undefined);
      refuse(errors.cancelled());
    }
    if (at === 0) this.startedAt = this.clock();
  }

  /** The client goes: what it still waits for will not come. */
  close(): void {
    this.slices.cancel();
    this.refuseAll(() => errors.cancelled());
  }

  private slice(): void {
    const end = this.clock() + SLICE_MS;
    for (let first = this.queue[0]; first !== undefined; first = this.queue[0]) {
      const report = nextReport(first.steps);
      if (report === null) this.finishFirst(first);
      else this.report(first, report);
      if (this.clock() >= end) break;
    }
    if (this.queue.length > 0) this.slices.schedule();
  }

  private finishFirst(first: Waiting): void {
    this.endReport();
    this.queue.shift();
    this.startedAt = this.clock();
    first.ready();
  }

  /** Phases count anew, so how far they are stands in the text: a bar would jump back. */
  private report({ id, title }: Waiting, { phase, done, total }: IndexProgress): void {
    const now = this.clock();
    if (now - (this.reportedAt ?? this.startedAt + PATIENCE_MS - REPORT_MS) < REPORT_MS) return;
    const body = {
      progressId: progressId(id),
      message: `${phase}: ${Math.floor((100 * done) / Math.max(1, total))} %`,
    };
    if (this.reportedAt !== null) this.sink()?.("progressUpdate", body);
    else this.sink()?.("progressStart", { ...body, title, requestId: id, cancellable: true });
    this.reportedAt = now;
  }

  private endReport(): void {
    const [first] = this.queue;
    if (first !== undefined && this.reportedAt !== null)
      this.sink()?.("progressEnd", { progressId: progressId(first.id) });
    this.reportedAt = null;
  }
}

/** The next step. Null when it was the last, or there is none: the request itself then meets what is wrong. */
function nextReport(steps: IndexSteps<unknown>): IndexProgress | null {
  try {
    const step = steps.next();
    return step.done === true ? null : step.value;
  } catch {
    return null;
  }
}

function progressId(request: number): string {
  return `request ${request}`;
}
