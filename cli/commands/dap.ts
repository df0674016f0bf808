/** `conspect dap`: the debug adapter, for any client. The adapter is a program of its own; this starts it in this process. */
import { type Command, parse, UsageError, wholeNumberOption } from "../command.ts";
import { runSibling } from "../sibling.ts";

/** 0 asks for a free one. */
const PORTS = { least: 0, most: 65535, otherwise: 0 };

export const dapCommand: Command = {
  name: "dap",
  synopsis: "dap [--port N]",
  summary: "debug adapter over standard input and output, or TCP",
  async run(args) {
    const { values, positionals } = parse(args, { port: { type: "string" } });
    if (positionals.length > 0) throw new UsageError(`unexpected ${positionals.join(" ")}`);
    if (values.port === undefined) return runSibling("adapter.cjs", []);
    return runSibling("adapter.cjs", [`--port=${wholeNumberOption("port", values.port, PORTS)}`]);
  },
};
