/** Signature help: how what is called here is written, and which argument is being typed. */

import type { SignatureHelp, SignatureInformation } from "vscode-languageserver";
import { callAt, type Signature } from "#core";
import { type ClientTraits, type FeatureRequest, offsetOf } from "../feature.ts";
import { markup } from "../markup.ts";

export function signatureHelp(request: FeatureRequest): SignatureHelp | null {
  const { snapshot, client } = request;
  const call = callAt(snapshot.analysis, offsetOf(request));
  if (call === null) return null;
  const best = call.signatures.findIndex((signature) => signature.active !== null);
  return {
    signatures: call.signatures.map((signature) => information(client, signature, call.doc)),
    activeSignature: Math.max(best, 0),
    activeParameter: parameterIndex(call.signatures[Math.max(best, 0)]),
  };
}

function information(client: ClientTraits, signature: Signature, doc: string): SignatureInformation {
  return {
    label: signature.label,
    ...(doc === "" ? {} : { documentation: markup(client, null, doc) }),
    parameters: signature.parameters.map(({ start, end }) => ({ label: [start, end] })),
    activeParameter: parameterIndex(signature),
  };
}

/** Clients highlight nothing for an index behind the last parameter. */
function parameterIndex(signature: Signature | undefined): number {
  return signature?.active ?? signature?.parameters.length ?? 0;
}
