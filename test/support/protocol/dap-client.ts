/** A client in the same process as its session. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import { syntaxProblem } from "../../../adapter/breakpoints/syntax.ts";
import type { Environment } from "../../../adapter/context.ts";
import { Doors } from "../../../adapter/run/doors.ts";
import { Runs } from "../../../adapter/run/runs.ts";
import { Session } from "../../../adapter/session.ts";
import { quietPorts } from "../../../core/vm/ports.ts";
import { Conversation, type Message } from "./dap-conversation.ts";

export type { Body, Loose } from "./dap-conversation.ts";

import { loadScripted, type ScriptedEngine } from "./scripted-engine.ts";

export class DapClient extends Conversation {
  readonly session: Session;
  isClosed = false;

  constructor(environment: Environment) {
    super();
    this.session = new Session(environment, { isBacklogged: () => false, close: () => this.closed(), handOver() {} });
    this.session.onDidSendMessage((message) => this.take(message as Message));
  }
  private closed(): void {
    this.isClosed = true;
  }
  protected override post(message: DebugProtocol.ProtocolMessage): void {
    this.session.handleMessage(message);
  }
}

/** Surroundings without files, with a clock that stands still unless a test moves it. */
export function testEnvironment(engine: ScriptedEngine, more: Partial<Environment> = {}): Environment {
  return {
    load: loadScripted(engine),
    loadCompiled: ({ paths }) => ({ kind: "problems", problems: [`no file ${paths.join(", ")} here`] }),
    openImage: (path) => {
      throw new Error(`no image ${path} here`);
    },
    replay: (path) => {
      throw new Error(`no recording ${path} here`);
    },
    saveRecording: (path) => {
      throw new Error(`no place for ${path} here`);
    },
    managers: ["none", "refcount"],
    syntaxProblem,
    readText: () => engine.source.text,
    fileExists: () => false,
    sizeOf: () => 0,
    saveImage: () => 0,
    clock: () => performance.now(),
    openTerminal: () => ({ isBacklogged: false, write() {}, close() {} }),
    runs: new Runs(),
    doors: new Doors((port, done) => done({ port: port === 0 ? 4711 : port })),
    ports: (_settings, write) => ({ ...quietPorts(), console: { write }, close() {} }),
    runImage: (path) => {
      throw new Error(`no image ${path} here`);
    },
    ...more,
  };
}
