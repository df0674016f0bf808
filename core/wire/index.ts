/**
 * Types spoken between processes; no code. The only part of the core that the client may import.
 */

/** Body of the custom DAP event `conspect/status`: sent at every stop and, while running, a few times a second. */
export interface StatusEventBody {
  readonly manager: string;
  readonly collections: number;
  readonly usedBytes: number;
  readonly freeBytes: number;
  readonly isRunning: boolean;
}

/** Arguments of the custom DAP request `conspect/saveImage`. */
export interface SaveImageArguments {
  readonly path: string;
  /** Replace a file of that name. */
  readonly overwrite: boolean;
  /** Replace it even when it is the image that the session has open. */
  readonly overwriteOpened: boolean;
}
/** Body of the answer to `conspect/saveImage`: nothing was written while something is still needed. */
export type SaveImageAnswer =
  | { readonly saved: true; readonly path: string; readonly bytes: number }
  | { readonly saved: false; readonly needs: "overwrite" | "overwriteOpened" };

/** Attributes of a launch configuration of type `conspect` (design, section 4.2). */
export interface LaunchConfiguration {
  readonly program?: string;
  /** The function to call, when `program` is a compiled file; `args` are its arguments. */
  readonly function?: string;
  /** Further compiled files that define what the function calls. */
  readonly with?: readonly string[];
  readonly image?: string;
  readonly mode?: "inspect" | "run";
  /** Size of the address space of an image that runs. */
  readonly megabytes?: number;
  /** Directories and files that the program may reach. */
  readonly files?: readonly { readonly path: string; readonly writable?: boolean }[];
  /** Environment variables that the program sees; left out, a few harmless ones. */
  readonly environment?: { readonly [variable: string]: string } | null;
  readonly manager?: string;
  readonly managerOptions?: { readonly [option: string]: unknown };
  readonly heapMB?: number;
  readonly args?: readonly string[];
  readonly stopOnEntry?: boolean;
  /** `true` for the whole collection, or a list of filter ids. */
  readonly stopOnGC?: boolean | readonly string[];
  readonly gcStress?: number;
  /** What one step of an editor is, which names no granularity or says `statement`. */
  readonly stepBy?: "form" | "line";
}
