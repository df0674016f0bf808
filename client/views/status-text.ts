/** The words of the status item; apart from the item, so that they are tested without an editor. */
import type { StatusEventBody } from "#wire";

/** For instance `$(sync~spin) 12 collections · 1.2 of 4.0 MiB`; the icon says whether the program runs. */
export function statusText(status: StatusEventBody): string {
  const icon = status.isRunning ? "$(sync~spin)" : "$(debug-pause)";
  const collections = status.collections === 1 ? "1 collection" : `${status.collections} collections`;
  return `${icon} ${collections} · ${heapText(status.usedBytes)} used, ${heapText(status.freeBytes)} free`;
}

/** A number of bytes in the largest binary unit that keeps it at least 1. */
export function heapText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const kibibytes = bytes / 1024;
  return kibibytes < 1024 ? `${kibibytes.toFixed(kibibytes < 10 ? 1 : 0)} KiB` : `${(kibibytes / 1024).toFixed(1)} MiB`;
}
