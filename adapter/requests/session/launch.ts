import { basename } from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { IndexSteps } from "#core";
import type { ListeningEventBody } from "#wire";
import type { Context } from "../../context.ts";
import { errors, notes } from "../../errors.ts";
import { breakpointBody } from "../../presentation/convert.ts";
import { checkLaunch, type Launch, type Target } from "../../program/launch-configuration.ts";
import { loadProgram } from "../../program/loading/load.ts";
import { loadRecording } from "../../program/loading/load-recording.ts";
import type { Program } from "../../run/run.ts";
import { TerminalOutput } from "../../run/terminal-output.ts";
import type { Request } from "../request.ts";

/** Loads the program. It starts at `configurationDone`, when the client has said where to stop. */
export const launch: Request<DebugProtocol.LaunchRequestArguments> = {
  command: "launch",
  expects: {},
  capabilities: {},
  work(context, args) {
    const launch = admitted(context, args);
    const { target } = launch;
    if (target.kind !== "recording") return null;
    return { title: `Opening ${basename(target.path)}`, steps: opened(context, launch, target) };
  },
  handle(context, args) {
    const launch = admitted(context, args);
    return adopt(context, launch, loadProgram(context, launch));
  },
};

function admitted(context: Context, args: object): Launch {
  if (context.phase !== "unlaunched") throw errors.alreadyLaunched();
  return checkLaunch(args, context.environment.managers);
}

function* opened(
  context: Context,
  launch: Launch,
  target: Target & { kind: "recording" },
): IndexSteps<() => undefined> {
  const program = yield* loadRecording(context, launch, target);
  return () => {
    if (context.phase !== "unlaunched") throw errors.alreadyLaunched();
    return adopt(context, launch, program);
  };
}

function adopt(context: Context, launch: Launch, program: Program): undefined {
  const before = context.breakpoints.states();
  context.adopt(program);
  context.terminal = TerminalOutput.open(context, launch.console, basename(launch.target.path));
  context.afterResponse(() => {
    context.breakpointsChanged(before, (state) => breakpointBody(context, state));
    context.client.event("initialized", {});
    if (launch.listen !== null) listen(context, launch.listen);
  });
}

/** Lets other clients attach, and says where. */
function listen(context: Context, port: number): void {
  context.environment.doors.listen(port, (opened) => {
    const { machine } = context;
    if ("problem" in opened) context.output.write("stderr", `${opened.problem}\n`);
    else if (machine !== null) {
      context.output.write("console", notes.listening(opened.port));
      const body: ListeningEventBody = { port: opened.port, machine };
      context.client.event("conspect/listening", body);
    }
    context.output.flush();
  });
}
