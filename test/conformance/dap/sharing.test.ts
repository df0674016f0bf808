/** Several clients on one machine. */
import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { type BlackBox, withAdapter } from "../../support/protocol/black-box.ts";
import type { Loose } from "../../support/protocol/dap-conversation.ts";

const PROGRAM = `(define (work n)
  (print n)
  (* n 2))
(work 1)
(work 2)
(work 3)
`;

/** A program at its entry that others may attach to; the port. */
async function listening(host: BlackBox, more: object = {}): Promise<{ path: string; port: number; machine: number }> {
  const path = await host.start(PROGRAM, { stopOnEntry: true, listen: 0, ...more });
  const { port, machine } = await host.event("conspect/listening");
  await host.request("threads");
  return { path, port, machine };
}

async function withGuest(run: (host: BlackBox, guest: BlackBox) => Promise<void>): Promise<void> {
  await withAdapter((host) => withAdapter((guest) => run(host, guest)));
}

async function attach(
  guest: BlackBox,
  port: number,
  configure: () => Promise<unknown> = async () => {},
): Promise<void> {
  await guest.initialize();
  await guest.request("attach", { port });
  await guest.event("initialized");
  await configure();
  await guest.request("configurationDone");
}
const line = async (client: BlackBox) => (await client.topFrame()).line;

test("request attach, event stopped, continued: both clients see every stop, and either may send the program on", () =>
  withGuest(async (host, guest) => {
    const { path, port } = await listening(host);
    await host.event("stopped");
    const set = (client: BlackBox, at: number) => () =>
      client.request("setBreakpoints", { source: { path }, breakpoints: [{ line: at }] });
    await attach(guest, port, set(guest, 3));
    expect(await guest.event("stopped")).toMatchObject({ reason: "entry" });
    await set(host, 2)();

    await guest.request("continue", { threadId: 1 });
    expect(await host.event("continued")).toMatchObject({ threadId: 1, allThreadsContinued: true });
    const [his, mine] = [await host.event("stopped"), await guest.event("stopped")];
    expect([his.reason, his.hitBreakpointIds.length, mine.hitBreakpointIds]).toEqual(["breakpoint", 1, undefined]);
    expect([await line(host), await line(guest)]).toEqual([2, 2]);

    await host.request("continue", { threadId: 1 });
    await guest.event("continued");
    expect((await guest.event("stopped")).hitBreakpointIds).toHaveLength(1);
    await host.event("stopped");
    expect([await line(host), await line(guest)]).toEqual([3, 3]);
    const printed = (client: BlackBox) =>
      client
        .events("output")
        .filter(({ category }: Loose) => category === "stdout")
        .map(({ output }: Loose) => output);
    expect([printed(host), printed(guest)]).toEqual([["1\n"], ["1\n"]]);
  }));

test("request attach, event invalidated, memory: what one client changes the other is told of", () =>
  withGuest(async (host, guest) => {
    const { port } = await listening(host);
    await host.event("stopped");
    await attach(guest, port);
    await guest.event("stopped");
    await guest.request("evaluate", { expression: "(define (work n) (print 'changed))", context: "repl" });
    expect(await host.event("invalidated")).toEqual({ areas: ["all"] });
    const place = { memoryReference: "0x5E0000", offset: 0 };
    const { data } = await host.request("readMemory", { ...place, count: 16 });
    await guest.request("writeMemory", { ...place, data });
    expect(await host.event("memory")).toMatchObject({ memoryReference: "0x5E0000" });
  }));

test("request attach, disconnect: one that leaves does not end the program of the other, whoever it is", () =>
  withGuest(async (host, guest) => {
    const { path, port } = await listening(host);
    await host.event("stopped");
    await attach(guest, port, () => guest.request("setBreakpoints", { source: { path }, breakpoints: [{ line: 3 }] }));
    await guest.event("stopped");
    await host.request("disconnect", {});
    await guest.request("continue", { threadId: 1 });
    expect(await guest.event("stopped")).toMatchObject({ reason: "breakpoint" });
    expect(await line(guest)).toBe(3);
    expect(host.child.exitCode).toBeNull();
    await guest.request("setBreakpoints", { source: { path }, breakpoints: [] });
    await guest.request("continue", { threadId: 1 });
    expect(await guest.event("exited")).toEqual({ exitCode: 0 });
    await guest.request("disconnect", {});
    // The process stays until the last has gone.
    if (host.child.exitCode === null) await once(host.child, "exit");
    expect(host.child.exitCode).toBe(0);
  }));

test("request attach: the program stays when the editor that started its adapter ends that", () =>
  withGuest(async (host, guest) => {
    const { path, port } = await listening(host);
    await host.event("stopped");
    await attach(guest, port, () => guest.request("setBreakpoints", { source: { path }, breakpoints: [{ line: 3 }] }));
    await guest.event("stopped");
    host.child.stdin?.end();
    host.child.kill("SIGTERM");
    await guest.request("continue", { threadId: 1 });
    expect(await guest.event("stopped")).toMatchObject({ reason: "breakpoint" });
    await guest.request("disconnect", { terminateDebuggee: true });
    if (host.child.exitCode === null) await once(host.child, "exit");
    expect(host.child.signalCode).toBeNull();
  }));

test("capability supportTerminateDebuggee, request disconnect, event terminated: the program ends for everyone", () =>
  withGuest(async (host, guest) => {
    const { port } = await listening(host);
    await host.event("stopped");
    await attach(guest, port);
    await guest.event("stopped");
    await guest.request("disconnect", { terminateDebuggee: true });
    await host.event("terminated");
    expect(await host.send("next", { threadId: 1 })).toMatchObject({ success: false, body: { error: { id: 3004 } } });
  }));

test("capability supportTerminateDebuggee, supportSuspendDebuggee, request disconnect: kept, and stopped, for who comes back", () =>
  withGuest(async (host, guest) => {
    await host.start("(let loop ((i 0)) (loop (+ i 1)))\n", { listen: 0 });
    const { port } = await host.event("conspect/listening");
    await host.request("disconnect", { terminateDebuggee: false, suspendDebuggee: true });
    await attach(guest, port);
    expect(await guest.event("stopped")).toMatchObject({ reason: "pause" });
    await guest.request("disconnect", { terminateDebuggee: true });
    if (host.child.exitCode === null) await once(host.child, "exit");
  }));

test("request attach: where there is nothing to attach to, the answer says so, and the session goes on", () =>
  withAdapter(async (dap) => {
    await dap.initialize();
    expect(await dap.send("attach", {})).toMatchObject({ success: false, body: { error: { id: 2009 } } });
    expect(await dap.send("attach", { port: "x" })).toMatchObject({ success: false, body: { error: { id: 2001 } } });
    const server = createServer((socket) => socket.resume().end("HTTP/1.1 400 Bad Request\r\n\r\n")).listen(
      0,
      "127.0.0.1",
    );
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    expect(await dap.send("attach", { port })).toMatchObject({ success: false, body: { error: { id: 2013 } } });
    server.close();
    await once(server, "close");
    const refused = await dap.send("attach", { port });
    expect(refused.message).toMatch(/no session answers on port \d+ of this computer: .*ECONNREFUSED/);
    await dap.request("launch", { program: dap.file("program.cons", PROGRAM) });
  }));
