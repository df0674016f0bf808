import type { DebugProtocol } from "@vscode/debugprotocol";
import { errors } from "../errors.ts";
import { addressOf } from "../memory-references.ts";
import type { Request } from "./request.ts";

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Changes bytes of the image as they are, below everything that counts references: the client has asked for it. */
export const writeMemory: Request<DebugProtocol.WriteMemoryArguments> = {
  command: "writeMemory",
  expects: { memoryReference: "text", offset: "number?", data: "text" },
  capabilities: { supportsWriteMemoryRequest: true },
  handle(context, args) {
    const engine = context.stoppedEngine(this.command);
    if (!BASE64.test(args.data)) throw errors.badBase64();
    const bytes = new Uint8Array(Buffer.from(args.data, "base64"));
    const address = addressOf(args.memoryReference, args.offset ?? 0);
    const mapped = engine.readBytes(address, bytes.length).length;
    if (mapped < bytes.length && args.allowPartial !== true) throw errors.unmapped(address, bytes.length, mapped);
    engine.writeBytes(address, bytes.subarray(0, mapped));
    context.memoryChanged(address, mapped);
    return { bytesWritten: mapped };
  },
};
