/** What the protocol has, or this adapter understands, and the package of protocol types does not: specification 1.71, and fields of our own. */
import type { DebugProtocol } from "@vscode/debugprotocol";

/** How values are shown. */
export interface ValueFormat extends DebugProtocol.ValueFormat {
  /** Our own: whole numbers as `#o17`. Addresses are octal unless `hex` is asked for. */
  readonly octal?: boolean;
}

/** What VS Code's menus may ask of a variable with `debugProtocolVariableMenuContext`: an addition of its own to the type `Variable`. */
export interface MenuVariable {
  readonly __vscodeVariableMenuContext?: string;
}
