import type { DebugProtocol } from "@vscode/debugprotocol";
import { type ByteAddress, VmFault } from "#core";
import { errors } from "../../errors.ts";
import { addressOf, bytesOf } from "../../presentation/memory-references.ts";
import type { Subject } from "../../program/engine.ts";
import type { Request } from "../request.ts";

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Changes bytes of the image as they are, below everything that counts references: the client has asked for it. */
export const writeMemory: Request<DebugProtocol.WriteMemoryArguments> = {
  command: "writeMemory",
  expects: { memoryReference: "text", offset: "number?", data: "text" },
  capabilities: { supportsWriteMemoryRequest: true },
  handle(context, args) {
    const subject = context.stoppedSubject(this.command);
    if (!BASE64.test(args.data)) throw errors.badBase64();
    const bytes = new Uint8Array(Buffer.from(args.data, "base64"));
    const address = addressOf(args.memoryReference, args.offset ?? 0);
    const written = writeMapped(subject, address, bytes, args.allowPartial === true);
    context.memoryChanged(address, written);
    return { ...(args.allowPartial === true && { offset: args.offset ?? 0 }), bytesWritten: written };
  },
};

/** @returns how many bytes were written: all, or with `isPartial` those before the first page that is not mapped. @throws {RequestError} */
function writeMapped(subject: Subject, address: ByteAddress, bytes: Uint8Array, isPartial: boolean): number {
  try {
    subject.writeBytes(address, bytes);
    return bytes.length;
  } catch (problem) {
    if (!(problem instanceof VmFault) || problem.address === null) throw problem;
    const mapped = Math.max(0, bytesOf(problem.address, 0).address - address);
    if (!isPartial) throw errors.unmapped(address, bytes.length, mapped);
    subject.writeBytes(address, bytes.subarray(0, mapped));
    return mapped;
  }
}
