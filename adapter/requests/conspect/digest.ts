import type { NoArguments, Request } from "../request.ts";

/** Custom request: a number for the whole state of the machine. Equal digests, equal machines. */
export const digest: Request<NoArguments> = {
  command: "conspect/digest",
  expects: {},
  capabilities: {},
  handle(context) {
    return { digest: context.subject(this.command).digest() };
  },
};
