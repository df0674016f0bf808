/** `conspect dap`: the debug adapter, for any client. The adapter is a program of its own; this starts it in this process. */
import { type Command, parse, UsageError } from "../command.ts";
import { runSibling } from "../sibling.ts";

export const dapCommand: Command = {
  name: "dap",
  synopsis: "dap [--port N]",
  summary: "debug adapter over standard input and output, or TCP",
  async run(args) {
    const { values, positionals } = parse(args, { port: { type: "string" } });
    if (positionals.length > 0) throw new UsageError(`unexpected ${positionals.join(" ")}`);
    return runSibling("adapter.cjs", values.port === undefined ? [] : [`--port=${values.port}`]);
  },
};
