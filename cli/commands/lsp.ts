/** `conspect lsp`: the language server, for any client. */
import { LANGUAGE_SERVER_ENGINE } from "#wire";
import { type Command, parse, UsageError } from "../command.ts";
import { runSibling } from "../sibling.ts";

export const lspCommand: Command = {
  name: "lsp",
  synopsis: "lsp --stdio",
  summary: "language server over standard input and output",
  async run(args) {
    const { values, positionals } = parse(args, { stdio: { type: "boolean" } });
    if (positionals.length > 0) throw new UsageError(`unexpected ${positionals.join(" ")}`);
    if (values.stdio !== true)
      throw new UsageError("expected --stdio: standard input and output are the only transport");
    return runSibling("server.cjs", ["--stdio"], LANGUAGE_SERVER_ENGINE);
  },
};
