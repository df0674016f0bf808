/**
 * Random sessions: a few clients, one after the other and at the same time, that send well-formed requests in any order to one process. Everything follows
 * from the seed, also how far programs get between two requests.
 */
import type { Environment } from "../../../adapter/context.ts";
import type { Subject } from "../../../adapter/program/engine.ts";
import { requests } from "../../../adapter/requests/index.ts";
import type { Body } from "../protocol/dap-conversation.ts";
import { argumentsFor } from "./arguments.ts";
import { FuzzClient } from "./client.ts";
import { chooseCommand } from "./commands.ts";
import { Dice } from "./dice.ts";
import { References } from "./references.ts";
import { fuzzEnvironment } from "./surroundings.ts";

/** Turns of the event loop within which every request is answered, and every program that is told to pause stands. */
const MOST_TURNS = 2000;
const MOST_CLIENTS = 3;
const REQUESTS_PER_SESSION = 150;
/** Requests of a fault that are shown. */
const SHOWN = 25;
/** How often it is looked, from one change of the machine to the next, whether really nothing changes in between. A look reads all memory. */
const LOOKS = 0.03;

/** Requests that leave the machine as it is. */
const CHANGE_NOTHING: ReadonlySet<string> = new Set([
  ...["initialize", "attach", "setBreakpoints", "setFunctionBreakpoints", "setInstructionBreakpoints", "cancel"],
  ...["setExceptionBreakpoints", "setDataBreakpoints", "dataBreakpointInfo", "breakpointLocations", "exceptionInfo"],
  ...["stepInTargets", "gotoTargets", "threads", "stackTrace", "scopes", "variables", "completions", "readMemory"],
  ...["disassemble", "loadedSources", "source", "locations", "modules", "conspect/digest", "conspect/saveImage"],
  ...["conspect/fork"],
]);
const changesNothing = (command: string, args: object) =>
  CHANGE_NOTHING.has(command) || (command === "evaluate" && (args as { context?: unknown }).context !== "repl");

/** A fault of the adapter, with what led to it. */
export class FuzzFault extends Error {}

export interface Tally {
  requests: number;
  refused: number;
  sessions: number;
  /** By command: how many were asked, and how many of them granted. */
  readonly commands: Map<string, { asked: number; granted: number }>;
}
export const newTally = (): Tally => ({ requests: 0, refused: 0, sessions: 0, commands: new Map() });

interface Look {
  readonly subject: Subject;
  readonly digest: ReturnType<Subject["digest"]>;
  /** Requests before it. */
  readonly trail: number;
}

export class RandomSession {
  private readonly seed: number;
  private readonly dice: Dice;
  private readonly known: References;
  private readonly environment: Environment = fuzzEnvironment();
  private readonly clients: FuzzClient[] = [];
  private readonly trail: string[] = [];
  private readonly tally: Tally;
  private look: Look | null = null;

  constructor(seed: number, tally = newTally()) {
    this.seed = seed;
    this.dice = new Dice(seed);
    this.known = new References(this.dice);
    this.tally = tally;
  }

  /** @throws {FuzzFault} */
  async run(most = REQUESTS_PER_SESSION): Promise<void> {
    this.tally.sessions++;
    this.join();
    for (let i = 0; i < most; i++) {
      if (this.clients.length === 0 || (this.clients.length < MOST_CLIENTS && this.dice.chance(0.01))) this.join();
      await this.one(this.dice.pick(this.clients));
    }
    this.lookAgain();
    for (const client of this.clients) await this.settle(client);
    for (const client of this.clients) client.session.dispose();
    this.endRuns();
  }

  /** Without a client only those go on that somebody wanted kept. */
  private endRuns(): void {
    const { runs } = this.environment;
    for (const run of runs.ids.map((id) => runs.find(id))) {
      if (run?.isKept !== true) this.fail("a program goes on that nobody looks at, and nobody wanted kept");
      run.abandon();
    }
    if (runs.ids.length > 0) this.fail("a program cannot be ended");
  }

  private join(): void {
    this.clients.push(
      new FuzzClient(this.environment, (message, asked) => {
        if (message.event === "stopped") this.known.age();
        this.known.gather(message.body);
        if (asked?.command === "variables") {
          this.known.gatherMembers((asked.args as Body).variablesReference, message.body?.variables);
        }
        if (message.type === "response") this.count(message.command ?? "", message.success === true);
      }),
    );
  }
  private count(command: string, isGranted: boolean): void {
    const row = this.tally.commands.get(command) ?? { asked: 0, granted: 0 };
    this.tally.commands.set(command, { asked: row.asked + 1, granted: row.granted + (isGranted ? 1 : 0) });
    this.tally.requests++;
    if (!isGranted) this.tally.refused++;
  }

  private async one(client: FuzzClient): Promise<void> {
    const { context } = client.session;
    const command = chooseCommand(this.dice, this.known, {
      phase: context.phase,
      isInitialized: context.capabilities !== null,
      isAtRest: context.halt?.kind === "opened",
    });
    const args = argumentsFor(command, this.dice, this.known);
    if (!changesNothing(command, args)) this.lookAgain();
    else if (this.look === null && this.dice.chance(LOOKS)) this.look = this.lookAt(client);
    this.trail.push(
      `${this.clients.indexOf(client) + 1} ${client.session.context.phase}: ${command} ${JSON.stringify(args)}`,
    );
    client.ask(command, args);
    this.check(client);
    await this.let(this.dice.chance(0.9) ? this.dice.within(0, 3) : this.dice.within(0, 60));
    if (client.isClosed) {
      if (client.book.unanswered.size > 0) this.fail(`closed without an answer to ${this.waiting(client)}`);
      this.clients.splice(this.clients.indexOf(client), 1);
    }
  }

  /** What a machine is like that stands still; null while it does not. */
  private lookAt({ session: { context } }: FuzzClient): Look | null {
    if (context.phase !== "stopped") return null;
    const subject = context.subject("digest");
    return { subject, digest: subject.digest(), trail: this.trail.length };
  }
  private lookAgain(): void {
    const { look } = this;
    this.look = null;
    if (look !== null && look.subject.digest() !== look.digest) {
      this.fail(`one of the last ${this.trail.length - look.trail} requests has changed the machine`);
    }
  }

  /** All is answered, and a program that is told to pause does. */
  private async settle(client: FuzzClient): Promise<void> {
    if (client.isClosed) return;
    await this.turns(
      () => client.book.unanswered.size === 0,
      "answers",
      () => this.waiting(client),
    );
    if (client.session.context.phase !== "running") return;
    client.ask("pause", { threadId: 1 });
    await this.turns(() => client.session.context.phase !== "running", "a pause");
    this.check(client);
  }

  private waiting(client: FuzzClient): string {
    return [...client.book.unanswered.values()].map(({ command }) => command).join(", ");
  }
  private check(client: FuzzClient): void {
    if (client.book.fault !== null) this.fail(client.book.fault);
  }
  private fail(what: string): never {
    throw new FuzzFault(`seed ${this.seed}: ${what}\n${this.trail.slice(-SHOWN).join("\n")}`);
  }

  private async turns(isDone: () => boolean, what: string, more = () => ""): Promise<void> {
    for (let i = 0; !isDone(); i++) {
      if (i > MOST_TURNS) this.fail(`no ${what} in ${MOST_TURNS} turns ${more()}`);
      await this.let(1);
    }
  }
  /** Lets the programs run for a while. */
  private async let(turns: number): Promise<void> {
    for (let i = 0; i < turns; i++) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      for (const client of this.clients) {
        client.reply();
        this.check(client);
      }
    }
  }
}

/** Commands of the table that never came through, by a tally. */
export function neverGranted({ commands }: Tally): string[] {
  return requests.map(({ command }) => command).filter((command) => (commands.get(command)?.granted ?? 0) === 0);
}
