/** A second session on a copy of the machine. */
import { once } from "node:events";
import { expect, test } from "vitest";
import { type BlackBox, withAdapter } from "../../../support/protocol/black-box.ts";
import type { Loose } from "../../../support/protocol/dap-conversation.ts";

const PROGRAM = `(define items nil)
(define (work n)
  (set! items (cons n items))
  (print items))
(work 1)
(work 2)
(work 3)
`;
const printed = (client: BlackBox) =>
  client
    .events("output")
    .filter(({ category }: Loose) => category === "stdout")
    .map(({ output }: Loose) => output)
    .join("");

test("request startDebugging, attach: the copy runs by itself, and the original stays where it is", () =>
  withAdapter((host) =>
    withAdapter(async (guest) => {
      const path = host.file("program.cons", PROGRAM);
      await host.initialize({ supportsStartDebuggingRequest: true });
      await host.request("launch", { program: path });
      await host.event("initialized");
      await host.request("setBreakpoints", { source: { path }, breakpoints: [{ line: 4, hitCondition: "2" }] });
      await host.request("configurationDone");
      await host.event("stopped");
      const before = await host.request("conspect/digest");

      const { machine } = await host.request("conspect/fork");
      const asked = await host.reverseRequest("startDebugging");
      expect(asked.arguments).toMatchObject({
        request: "attach",
        configuration: { type: "conspect", machine, name: expect.stringContaining("program.cons") },
      });
      host.reply(asked, {});

      await guest.initialize();
      await guest.request("attach", asked.arguments.configuration);
      await guest.event("initialized");
      await guest.request("setBreakpoints", { source: { path }, breakpoints: [{ line: 4 }] });
      await guest.request("configurationDone");
      expect(await guest.event("stopped")).toMatchObject({
        reason: "entry",
        description: "Paused: a copy of the machine",
      });
      expect(await guest.topFrame()).toMatchObject({ name: "work", line: 4 });
      expect(await guest.request("conspect/digest")).toEqual(before);

      await guest.request("evaluate", {
        expression: "(set! items '(other))",
        context: "repl",
        frameId: (await guest.topFrame()).id,
      });
      await guest.request("continue", { threadId: 1 });
      expect(await guest.event("stopped")).toMatchObject({ reason: "breakpoint" });
      await guest.request("continue", { threadId: 1 });
      await guest.event("exited");
      expect(printed(guest)).toBe("(other)\n(3 other)\n");

      expect(await host.request("conspect/digest")).toEqual(before);
      await host.request("continue", { threadId: 1 });
      await host.event("exited");
      expect(printed(host)).toBe("(1)\n(2 1)\n(3 2 1)\n");
      await host.request("disconnect", {});
      await guest.request("disconnect", {});
      if (host.child.exitCode === null) await once(host.child, "exit");
    }),
  ));

test("request conspect/fork: a client that cannot is told how to attach, and a copy that nobody joins goes with it", () =>
  withAdapter(async (dap) => {
    await dap.start(PROGRAM, { stopOnEntry: true });
    await dap.event("stopped");
    await dap.request("conspect/fork");
    const { output } = await dap.event("output");
    expect(output).toMatch(/^A copy of the machine stands ready: attach with "port": \d+, "machine": 2\.\n$/);
    await dap.request("disconnect", {});
    await expect(dap.event("never")).rejects.toThrow("the adapter ended with 0");
  }));
