import { THREAD_ID } from "../context.ts";
import type { NoArguments, Request } from "./request.ts";

/** A program has one thread. */
export const threads: Request<NoArguments> = {
  command: "threads",
  expects: {},
  capabilities: {},
  handle() {
    return { threads: [{ id: THREAD_ID, name: "main" }] };
  },
};
