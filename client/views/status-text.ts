/** The words of the status item; apart from the item, so that they are tested without an editor. */
import type { StatusEventBody } from "#wire";

/** For instance `$(sync~spin) 12 collections · 1.2 MiB used, 2.8 MiB free`; the icon says whether the program runs. */
export function statusText(status: StatusEventBody): string {
  return `${status.isRunning ? "$(sync~spin)" : "$(debug-pause)"} ${figures(status)}`;
}

/** The same without icons. */
export function spokenText(status: StatusEventBody): string {
  return `Conspect, ${status.isRunning ? "running" : "stopped"}: ${figures(status)}`;
}

function figures({ collections, usedBytes, freeBytes }: StatusEventBody): string {
  const times = collections === 1 ? "1 collection" : `${collections} collections`;
  return `${times} · ${heapText(usedBytes)} used, ${heapText(freeBytes)} free`;
}

/** A number of bytes in the largest binary unit that keeps it at least 1. */
export function heapText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const kibibytes = bytes / 1024;
  return kibibytes < 1024 ? `${kibibytes.toFixed(kibibytes < 10 ? 1 : 0)} KiB` : `${(kibibytes / 1024).toFixed(1)} MiB`;
}
