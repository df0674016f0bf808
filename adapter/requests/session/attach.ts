import type { DebugProtocol } from "@vscode/debugprotocol";
import type { AttachConfiguration } from "#wire";
import { errors } from "../../errors.ts";
import { portNumber } from "../../program/launch-configuration.ts";
import type { Request } from "../request.ts";

type Arguments = DebugProtocol.AttachRequestArguments & { readonly [name in keyof AttachConfiguration]?: unknown };

/**
 * Joins a machine that another client runs: both see its stops, either may send it on, and it stays when one of them leaves. When the port is one of another
 * process, that serves this client from now on.
 */
export const attach: Request<Arguments> = {
  command: "attach",
  expects: { machine: "number?" },
  capabilities: {},
  elsewhere(context, args) {
    if (context.phase !== "unlaunched") throw errors.alreadyLaunched();
    const port = portNumber("port", args.port);
    return port === null || context.environment.doors.has(port) ? null : port;
  },
  handle(context, args) {
    const { runs } = context.environment;
    const run = runs.find(args.machine as number | undefined);
    if (run === null) throw errors.nothingToAttach(args.machine, runs.ids);
    context.join(run);
    context.afterResponse(() => context.client.event("initialized", {}));
    return undefined;
  },
};
