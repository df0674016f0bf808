/** Everything that comes through the ports can be written down, and a machine that gets it from the record does the same again. */
import { expect, test } from "vitest";
import { type Ports, quietPorts } from "../../../../core/vm/ports.ts";
import { digest } from "../../../../core/vm/state/digest.ts";
import { charactersOf } from "../../../../host/characters.ts";
import { MemoryFiles } from "../../../support/images/memory-files.ts";
import { type Argument, HostCaller } from "../../../support/machine/host-call.ts";

interface Answer {
  readonly asked: string;
  readonly answer: unknown;
}

/** Ports whose every call goes through `call`. */
function through(ports: Ports, call: (asked: string, ask: () => unknown) => unknown): Ports {
  const wrapped = Object.entries(ports).map(([name, port]) => {
    const handler = {
      get:
        (target: object, method: string) =>
        (...args: unknown[]) =>
          call(`${name}.${method} ${JSON.stringify(args)}`, () => Reflect.get(target, method).apply(target, args)),
    };
    return [name, new Proxy(port as object, handler)] as const;
  });
  return Object.fromEntries(wrapped) as unknown as Ports;
}
function recording(ports: Ports, log: Answer[]): Ports {
  return through(ports, (asked, ask) => {
    const answer = ask();
    // What is no plain data does not survive this.
    log.push({ asked, answer: structuredClone(answer) });
    return answer;
  });
}
function replaying(log: readonly Answer[]): Ports {
  let next = 0;
  return through(quietPorts(), (asked) => {
    const entry = log[next++];
    expect(entry?.asked).toBe(asked);
    return entry?.answer;
  });
}

/** Calls of many kinds; the answers stay in the machine's memory and on its stack. */
function session(ports: Ports): { readonly answers: readonly number[]; readonly digest: string } {
  const host = new HostCaller(ports);
  const error = host.box();
  const area = host.area();
  const id = host.box();
  const buffer = { pointer: 0x130000 };
  const answers: number[] = [];
  const call = (...[subr, ...args]: [Parameters<HostCaller["call"]>[0], ...Argument[]]) => {
    answers.push(host.call(subr, ...args));
  };
  call("GETUNIXTIME", 0, host.box());
  call("GETUNIXTIME", 8, null);
  call("UNIX-USERNAME", area);
  call("UNIX-GETENV", "LANG", area);
  call("DSP-SCREENWIDTH", 0);
  call("DSK-GETFILENAME", "home>notes", 0, area, error);
  call("COM-OPENFILE", "{DSK}<home>notes", 0, 2, host.box(), host.box(), error);
  call("COM-READPAGES", 3, 0, buffer, error);
  call("COM-WRITEPAGES", 3, 1, buffer, 9, error);
  call("COM-CLOSEFILE", "{DSK}<home>notes", 3, 0, error);
  call("COM-GETFILEINFO", "{DSK}<home>notes", 1, host.box(), error);
  call("COM-GEN-FILES", "{DSK}<home>*.*;*", null, id, error);
  call("COM-OPENFILE", "{DSK}<home>none", 0, 0, host.box(), host.box(), error);
  call("CHAR-OPENFILE", "/home/notes", 0, error);
  call("CHAR-BINS", 3, buffer, 0, 100, error);
  call("COPYTIMESTATS", { pointer: 0x140a00 }, { pointer: 0x131000 });
  return { answers, digest: digest(host.machine) };
}

test("a session can be played again from what came through its ports", () => {
  const files = new MemoryFiles({ "/home/notes": "some text", "/home/other.~2~": "" });
  const live: Ports = {
    ...quietPorts(),
    files,
    characters: charactersOf(files),
    clock: { now: () => 1_704_067_200_123_456, processorTime: () => 5_000, hoursWest: () => 7 },
    environment: { variable: () => "de_DE", parameter: () => null, userName: () => "alonzo" },
    screen: { size: () => ({ width: 640, height: 480 }) },
  };
  const log: Answer[] = [];
  const first = session(recording(live, log));
  expect(log.length).toBeGreaterThan(20);
  expect(session(replaying(log))).toEqual(first);
  expect(session(quietPorts()).digest).not.toBe(first.digest);
});
