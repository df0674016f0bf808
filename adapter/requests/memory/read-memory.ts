import type { DebugProtocol } from "@vscode/debugprotocol";
import { errors } from "../../errors.ts";
import { addressOf, byteReference } from "../../presentation/memory-references.ts";
import type { Request } from "../request.ts";

const MAX_BYTES = 16 * 1024 * 1024;

/** Bytes of the image, in image order. Reading stops where the image has no page; `unreadableBytes` says how much is missing. */
export const readMemory: Request<DebugProtocol.ReadMemoryArguments> = {
  command: "readMemory",
  expects: { memoryReference: "text", offset: "number?", count: "number" },
  capabilities: { supportsReadMemoryRequest: true },
  handle(context, args) {
    const subject = context.subject(this.command);
    if (args.count < 0) throw errors.badArgument(this.command, "count", "a whole number from 0", args.count);
    if (args.count > MAX_BYTES) throw errors.tooManyBytes(args.count, MAX_BYTES);
    const offset = args.offset ?? 0;
    const address = addressOf(args.memoryReference, offset);
    context.memory.add(args.memoryReference, offset, args.count);
    const bytes = subject.readBytes(address, args.count);
    const missing = subject.missingBytes(address + bytes.length, args.count - bytes.length);
    return {
      address: byteReference(address),
      data: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64"),
      ...(missing > 0 && { unreadableBytes: missing }),
    };
  },
};
