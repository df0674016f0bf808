/** Output of a program that goes to a terminal of the client, because the launch configuration says so. Other clients see it in their consoles. */
import type { Context } from "../context.ts";
import { notes } from "../errors.ts";
import { Output } from "../program/output.ts";
import type { Terminal } from "../transport/terminal.ts";

export type ConsoleKind = "internalConsole" | "integratedTerminal" | "externalTerminal";

export class TerminalOutput {
  private readonly context: Context;
  private readonly output: Output;
  private readonly terminal: Pick<Terminal, "close">;
  private state: "waiting" | "open" | "refused" = "waiting";
  /** What waits for the terminal. */
  private action: () => void = () => {};

  /** Asks the client for a terminal. When there is none, the text goes to the console, and the user is told why. */
  static open(context: Context, kind: ConsoleKind, title: string): TerminalOutput | null {
    if (kind === "internalConsole") return null;
    if (context.capabilities?.supportsRunInTerminalRequest !== true) {
      context.output.write("console", notes.noTerminal());
      return null;
    }
    return new TerminalOutput(context, kind === "integratedTerminal" ? "integrated" : "external", title);
  }

  private constructor(context: Context, kind: "integrated" | "external", title: string) {
    this.context = context;
    const terminal = context.environment.openTerminal({
      ready: (command) =>
        context.client.request("runInTerminal", { ...command, kind, title, cwd: "" }, (reason) => this.refuse(reason)),
      connected: () => this.settle("open"),
      failed: (reason) => this.refuse(reason),
    });
    this.terminal = terminal;
    this.output = new Output(
      { send: (_, text) => terminal.write(text), isBacklogged: () => terminal.isBacklogged },
      context.environment.clock,
    );
  }

  /** Does it as soon as it is known whether there is a terminal. */
  whenSettled(action: () => void): void {
    if (this.state === "waiting") this.action = action;
    else action();
  }

  write(text: string): void {
    if (this.state === "open") this.output.write("stdout", text);
    else this.context.output.write("stdout", text);
  }
  tick(): void {
    this.output.tick();
  }
  /** The program is over: says so in the terminal. */
  ended(status: number | null): void {
    if (this.state === "open") this.output.write("stdout", notes.terminalEnd(status));
    this.output.flush();
  }
  dispose(): void {
    this.action = () => {};
    this.terminal.close();
  }

  private refuse(reason: string): void {
    if (this.state !== "waiting") return;
    this.context.output.write("console", notes.terminalRefused(reason));
    this.settle("refused");
  }
  private settle(state: "open" | "refused"): void {
    this.state = state;
    this.action();
  }
}
