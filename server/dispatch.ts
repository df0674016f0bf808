/**
 * Between connection and service: requests that were cancelled or overtaken by an edit are not computed, requests about all files are
 * answered in steps between which others come in, and what takes long shows progress.
 */
import type { CancellationToken } from "vscode-languageserver";
import { contentModified, requestCancelled } from "./errors.ts";
import type { WorkspaceFeature } from "./features/feature.ts";
import { type LanguageService, type Loose, workspaceFeature } from "./service.ts";
import { member } from "./settings.ts";

/** What dispatching needs of the other side. */
export interface ProgressClient {
  /** `window/workDoneProgress/create` */
  createProgress(token: Token): Promise<void>;
  /** `$/progress` */
  sendProgress(token: Token, value: unknown): Promise<void>;
}

type Token = string | number;

/** A progress that the client shows; `report` and `end` do nothing when it shows none. */
interface Progress {
  report(percentage: number): void;
  end(): void;
}

const NO_PROGRESS: Progress = { report() {}, end() {} };
/** Attributes of requests that name places: once the text has changed, they name others. */
const PLACES = ["position", "positions", "range"];

export class Dispatcher {
  readonly #service: LanguageService;
  readonly #client: ProgressClient;
  #progressCount = 0;

  constructor(service: LanguageService, client: ProgressClient) {
    this.#service = service;
    this.#client = client;
  }

  /** @throws {ResponseError} also when the request was cancelled, or is about a text that has changed since */
  async dispatch(method: string, params: Loose, token: CancellationToken): Promise<unknown> {
    const asked = this.#service.snapshotFor(params);
    // Messages that have arrived by now may cancel this one, or change the text that it is about.
    await nextTurn();
    await nextTurn();
    if (token.isCancellationRequested) throw requestCancelled(method);
    const isOvertaken = asked !== null && this.#service.snapshotFor(params) !== asked;
    if (isOvertaken && PLACES.some((name) => member(params, name) !== undefined)) throw contentModified(method);
    const feature = workspaceFeature(method);
    if (feature === null) return this.#answer(method, params);
    return feature.join(await this.#collect(feature, params, token));
  }

  async #answer(method: string, params: Loose): Promise<unknown> {
    if (!this.#service.isSlow(params)) return this.#service.answer(method, params);
    const progress = await this.#begin("Analysing", member(params, "workDoneToken"), true);
    try {
      return this.#service.answer(method, params);
    } finally {
      progress.end();
    }
  }

  /** The items of all files that the client has not been sent on the way. */
  async #collect(feature: WorkspaceFeature, params: Loose, token: CancellationToken): Promise<readonly unknown[]> {
    const { method } = feature;
    const partial = toToken(member(params, "partialResultToken"));
    const progress = await this.#begin("Reading the workspace", member(params, "workDoneToken"), false);
    const items: unknown[] = [];
    try {
      for (const step of this.#service.steps(method, params)) {
        if (partial === null) items.push(...step.items);
        else if (step.items.length > 0) await this.#client.sendProgress(partial, feature.join(step.items));
        progress.report(Math.floor((100 * step.done) / step.of));
        await nextTurn();
        if (token.isCancellationRequested) throw requestCancelled(method);
      }
      return items;
    } finally {
      progress.end();
    }
  }

  /**
   * @param given the token that came with the request, for progress that the client has prepared
   * @param asks begin a progress of our own when there is none
   */
  async #begin(title: string, given: unknown, asks: boolean): Promise<Progress> {
    const token = toToken(given) ?? (asks ? await this.#created() : null);
    if (token === null) return NO_PROGRESS;
    const send = (value: object) => void this.#client.sendProgress(token, value).catch(() => {});
    send({ kind: "begin", title, percentage: 0, cancellable: false });
    return {
      report: (percentage) => send({ kind: "report", percentage }),
      end: () => send({ kind: "end" }),
    };
  }

  async #created(): Promise<Token | null> {
    if (this.#service.client?.takesProgress !== true) return null;
    this.#progressCount += 1;
    const token = `conspect-${this.#progressCount}`;
    try {
      await this.#client.createProgress(token);
      return token;
    } catch {
      // The client says no: then nothing is shown.
      return null;
    }
  }
}

function toToken(value: unknown): Token | null {
  return typeof value === "string" || typeof value === "number" ? value : null;
}

/** After what has arrived by now. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
