/** The ports of a machine on this computer, shared by the debug adapter and the command line. A launch configuration says what it may reach. */
import type { Ports } from "#core";
import { charactersOf } from "./characters.ts";
import { hostClock } from "./clock.ts";
import { Confinement, type FileGrant } from "./confinement.ts";
import { hostEnvironment } from "./environment.ts";
import { HostFiles } from "./files.ts";
import { imagesOf } from "./images/images.ts";

export type { FileGrant } from "./confinement.ts";

/** What a machine may reach outside. */
export interface HostSettings {
  /** Directories (or single files) that it may read, and write where that is said. */
  readonly files: readonly FileGrant[];
  /** Environment variables that it sees; null: a few harmless ones of this process. */
  readonly environment: Readonly<Record<string, string>> | null;
}

/** No files, and only the harmless variables. */
export const NO_ACCESS: HostSettings = { files: [], environment: null };

export interface HostSinks {
  /** Takes what the program prints. */
  write(text: string): void;
}

export interface HostPorts extends Ports {
  /** Closes the files that the program left open. */
  close(): void;
}

const SCREEN = { width: 1024, height: 768 } as const;

/** @throws {FileError} when a granted directory does not exist */
export function hostPorts(settings: HostSettings, sinks: HostSinks): HostPorts {
  const files = new HostFiles(settings.files);
  const environment = hostEnvironment(settings.environment);
  const images = imagesOf(new Confinement(settings.files), environment);
  return {
    console: { write: (text) => sinks.write(text) },
    clock: hostClock(),
    environment,
    files,
    images,
    characters: charactersOf(files),
    screen: { size: () => SCREEN },
    close: () => files.closeAll(),
  };
}
