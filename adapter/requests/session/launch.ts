import { basename } from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { ListeningEventBody } from "#wire";
import type { Context } from "../../context.ts";
import { errors, notes } from "../../errors.ts";
import { breakpointBody } from "../../presentation/convert.ts";
import { checkLaunch } from "../../program/launch-configuration.ts";
import { loadProgram } from "../../program/loading/load.ts";
import { TerminalOutput } from "../../run/terminal-output.ts";
import type { Request } from "../request.ts";

/** Loads the program. It starts at `configurationDone`, when the client has said where to stop. */
export const launch: Request<DebugProtocol.LaunchRequestArguments> = {
  command: "launch",
  expects: {},
  capabilities: {},
  handle(context, args) {
    if (context.phase !== "unlaunched") throw errors.alreadyLaunched();
    const before = context.breakpoints.states();
    const checked = checkLaunch(args, context.environment.managers);
    context.adopt(loadProgram(context, checked));
    context.terminal = TerminalOutput.open(context, checked.console, basename(checked.target.path));
    context.afterResponse(() => {
      context.breakpointsChanged(before, (state) => breakpointBody(context, state));
      context.client.event("initialized", {});
      if (checked.listen !== null) listen(context, checked.listen);
    });
    return undefined;
  },
};

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
