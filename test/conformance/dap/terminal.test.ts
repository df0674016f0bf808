/** Output of a program in a terminal of the client. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { readUntil } from "../../support/protocol/adapter-process.ts";
import { withAdapter } from "../../support/protocol/black-box.ts";
import type { Loose } from "../../support/protocol/dap-conversation.ts";

const PROGRAM = "(print 'hello)\n(print 'terminal)\n";
const printed = (outputs: Loose[]) =>
  outputs.filter(({ category }) => category === "stdout").map(({ output }) => output);

test("request runInTerminal: the client runs what shows the program's output, and how it ended", () =>
  withAdapter(async (dap) => {
    const path = dap.file("program.cons", PROGRAM);
    await dap.initialize({ supportsRunInTerminalRequest: true });
    await dap.request("launch", { program: path, console: "integratedTerminal", stopOnEntry: true });
    const asked = await dap.reverseRequest("runInTerminal");
    expect(asked.arguments).toMatchObject({ kind: "integrated", title: "program.cons", cwd: "" });
    const [command, ...args] = asked.arguments.args;
    const terminal = spawn(command, args, { env: { ...process.env, ...asked.arguments.env }, stdio: "pipe" });
    const shown = readUntil(terminal.stdout, /exit code 0/);
    dap.reply(asked, { processId: terminal.pid });
    await dap.request("configurationDone");
    await dap.event("stopped");
    await dap.request("continue", { threadId: 1 });
    await dap.event("exited");
    expect(printed(dap.events("output"))).toEqual([]);
    await dap.request("disconnect", {});
    expect(await shown).toBe("hello\nterminal\n\n[the program ended with exit code 0]\n");
    if (terminal.exitCode === null) await once(terminal, "exit");
    expect(terminal.exitCode).toBe(0);
  }));

test("request runInTerminal: when the client refuses, or cannot, the output comes to the console with the reason", () =>
  withAdapter(async (dap) => {
    const path = dap.file("program.cons", PROGRAM);
    await dap.initialize({ supportsRunInTerminalRequest: true });
    await dap.request("launch", { program: path, console: "externalTerminal" });
    const asked = await dap.reverseRequest("runInTerminal");
    expect(asked.arguments.kind).toBe("external");
    dap.refuse(asked, "no window here");
    await dap.request("configurationDone");
    await dap.event("terminated");
    const outputs = dap
      .events("output")
      .map(({ output }: Loose) => output)
      .join("");
    expect(outputs).toContain("The client opened no terminal (no window here), so the output comes here.\n");
    expect(printed(dap.events("output")).join("")).toContain("hello\nterminal\n");
    await withAdapter(async (plain) => {
      await plain.start(PROGRAM, { console: "integratedTerminal" });
      await plain.event("terminated");
      expect(
        plain
          .events("output")
          .map(({ output }: Loose) => output)
          .join(""),
      ).toMatch(/offers no terminal.*hello/s);
    });
  }));
