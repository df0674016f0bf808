/**
 * Random requests to the bundled adapter as a child process: their bytes are cut into pieces and put together at random, many requests go out before the first is
 * answered, and some are cancelled at once. What is sent follows from the seed; how far a program gets in between does not.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Phase } from "../../../adapter/context.ts";
import { encodeMessage, MessageReader } from "../../../adapter/transport/framing.ts";
import { ADAPTER, exitOf } from "../protocol/adapter-process.ts";
import type { Body, Message } from "../protocol/dap-conversation.ts";
import { AnswerBook, type Asked } from "./answer-book.ts";
import { argumentsFor } from "./arguments.ts";
import { chooseCommand } from "./commands.ts";
import { Dice } from "./dice.ts";
import { PROGRAMS } from "./programs.ts";
import { FuzzFault } from "./random-session.ts";
import { References } from "./references.ts";
import { imageFiles } from "./surroundings.ts";

/** Where the files of random sessions lie; here they are real, elsewhere. */
const FOLDER = "/w/";
const PATIENCE_MS = 30_000;
const SHOWN = 25;

export class RandomStream {
  private readonly seed: number;
  private readonly dice: Dice;
  private readonly known: References;
  private readonly folder = mkdtempSync(join(tmpdir(), "conspect-random-"));
  private readonly child: ChildProcess;
  private readonly book = new AnswerBook();
  private readonly trail: string[] = [];
  /** Bytes that were not sent yet. */
  private outgoing = Buffer.alloc(0);
  private phase: Phase = "unlaunched";
  private isInitialized = false;
  private isAtRest = false;
  private isOver = false;
  /** `seq` of the request that the adapter went at. */
  private farewell: number | null = null;
  private complaints = "";

  constructor(seed: number) {
    this.seed = seed;
    this.dice = new Dice(seed);
    this.known = new References(this.dice);
    for (const [path, content] of [...Object.entries(PROGRAMS), ...imageFiles()])
      writeFileSync(this.real(path), content);
    this.child = spawn(process.execPath, [ADAPTER], { cwd: this.folder, stdio: ["pipe", "pipe", "pipe"] });
    const reader = new MessageReader({
      message: (message) => this.take(message as Message),
      problem: (text) => {
        this.complaints += text;
      },
    });
    this.child.stdout?.on("data", (chunk: Buffer) => reader.push(chunk));
    this.child.stderr?.on("data", (chunk: Buffer) => {
      this.complaints += chunk.toString();
    });
    this.child.on("exit", () => {
      this.isOver = true;
    });
    // What is written after its end is lost: the answers that do not come say so.
    this.child.stdin?.on("error", () => {});
  }

  private real(path: string): string {
    return join(this.folder, path.slice(FOLDER.length));
  }

  /**
   * Sends so many requests, or fewer when the adapter is told to end.
   * @returns how many there were
   * @throws {FuzzFault}
   */
  async run(most: number): Promise<number> {
    let sent = 0;
    try {
      while (sent < most && !this.isGone) sent += await this.some();
      await this.until(() => this.isGone || this.book.unanswered.size === 0, "answers");
      if (this.phase === "running" && !this.isGone) {
        this.ask("pause", { threadId: 1 });
        await this.flush();
        await this.until(() => this.isGone || this.phase !== "running", "a pause");
      }
      return sent;
    } finally {
      this.child.stdin?.end();
      this.child.kill();
      await exitOf(this.child);
      rmSync(this.folder, { recursive: true, force: true });
    }
  }

  /** A few requests at once. */
  private async some(): Promise<number> {
    const count = this.dice.chance(0.5) ? 1 : this.dice.within(2, 6);
    for (let i = 0; i < count; i++) {
      const standing = { phase: this.phase, isInitialized: this.isInitialized, isAtRest: this.isAtRest };
      const command = chooseCommand(this.dice, this.known, standing);
      const asked = this.ask(command, this.realArguments(argumentsFor(command, this.dice, this.known)));
      if (this.dice.chance(0.05)) this.ask("cancel", { requestId: asked.seq });
    }
    for (const reply of this.book.takeReplies()) this.put(reply);
    await this.flush();
    // Most of the time an answer is there before the next request goes out.
    if (this.dice.chance(0.8)) await this.until(() => this.isGone || this.book.unanswered.size === 0, "answers");
    this.check();
    return count;
  }
  private realArguments(args: object): object {
    return JSON.parse(JSON.stringify(args).replaceAll(`"${FOLDER}`, `"${this.folder}/`));
  }
  private ask(command: string, args: object): Asked {
    const asked = this.book.ask(command, args);
    this.trail.push(`${this.phase}: ${command} ${JSON.stringify(args)}`);
    this.put({ seq: asked.seq, type: "request", command, arguments: args });
    return asked;
  }
  private put(message: object): void {
    this.outgoing = Buffer.concat([this.outgoing, Buffer.from(encodeMessage(message))]);
  }

  /** Sends what is there in pieces, up to any byte; now and then the last ones wait for what comes next. */
  private async flush(): Promise<void> {
    while (this.outgoing.length > 0) {
      const bytes = this.dice.chance(0.5) ? this.outgoing.length : this.dice.within(1, this.outgoing.length);
      this.child.stdin?.write(this.outgoing.subarray(0, bytes));
      this.outgoing = this.outgoing.subarray(bytes);
      await new Promise((resolve) => setTimeout(resolve, this.dice.within(0, 2)));
    }
  }

  private take(message: Message): void {
    const asked = this.book.take(message);
    if (message.event === "stopped") this.known.age();
    this.known.gather(message.body);
    if (asked?.command === "variables") {
      this.known.gatherMembers((asked.args as Body).variablesReference, message.body?.variables);
    }
    if (message.type === "event") this.follow(message);
    else if (asked !== null && message.success === true) this.followAnswer(asked);
  }
  private follow({ event, body }: Message): void {
    if (event === "initialized") this.phase = "configuring";
    if (event === "process") this.phase = "running";
    if (event === "continued") this.phase = "running";
    if (event === "stopped") this.phase = "stopped";
    if (event === "terminated") this.phase = "ended";
    if (event === "stopped") this.isAtRest = body?.reason === "entry" && body.description === "Image opened";
  }
  private followAnswer({ seq, command }: Asked): void {
    if (command === "disconnect") this.farewell = seq;
    if (command === "initialize") this.isInitialized = true;
    if (command === "continue") this.phase = "running";
  }

  private async until(isDone: () => boolean, what: string): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    while (!isDone()) {
      this.check();
      if (performance.now() > end) this.fail(`no ${what} in ${PATIENCE_MS} ms; ${this.waiting()}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    this.check();
  }
  private waiting(): string {
    return `waiting for ${[...this.book.unanswered.values()].map(({ command }) => command).join(", ")}`;
  }
  private check(): void {
    if (this.book.fault !== null) this.fail(this.book.fault);
    if (this.complaints !== "") this.fail(`it complains: ${this.complaints.slice(0, 2000)}`);
    const { farewell } = this;
    if (!this.isGone) return;
    if (farewell === null) this.fail("the adapter ended by itself");
    // What comes after a farewell reaches nobody.
    if ([...this.book.unanswered.keys()].some((seq) => seq < farewell)) this.fail(`it has gone; ${this.waiting()}`);
    const { exitCode, signalCode } = this.child;
    if (this.isOver && exitCode !== 0) this.fail(`the adapter ended with ${exitCode ?? signalCode}`);
  }
  /** The client has said farewell. The adapter may stay, with a machine that somebody could come back to. */
  private get isGone(): boolean {
    return this.isOver || this.farewell !== null;
  }
  private fail(what: string): never {
    throw new FuzzFault(`stream ${this.seed}: ${what}\n${this.trail.slice(-SHOWN).join("\n")}`);
  }
}
