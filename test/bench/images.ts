/** How fast image files open, until the first variables are there, and what memory that takes. The files are real ones, written to the temporary directory. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openImage } from "#core";
import { type OpenedFile, openImageFile, saveImage } from "#host";
import { ImageDebuggee } from "../../core/debuggee/image/image-debuggee.ts";
import { writeSysout } from "../../core/memory/sysout/write-sysout.ts";
import { bigMemory } from "../support/images/big-image.ts";
import { type BenchRow, secondsOf } from "./row.ts";

const ROUNDS = 7;
const MEBIBYTE = 0x100000;
/** Frames and variables of the first screen. */
const FIRST_ROWS = 20;

/** Megabytes of the file, and the first target in seconds. The second is as large as a file gets in an address space of 256 MB. */
const SIZES = [
  { megabytes: 11, name: "11 MB", target: 0.5 },
  { megabytes: 240, name: "256 MB", target: 2 },
] as const;

export function rows(): readonly BenchRow[] {
  const directory = mkdtempSync(join(tmpdir(), "conspect-bench-"));
  try {
    return SIZES.flatMap(({ megabytes, name, target }) => {
      const path = join(directory, `${megabytes}.sysout`);
      saveImage(path, writeSysout(bigMemory(megabytes)));
      return [...openRows(path, name, target), ...saveRows(path, name)];
    });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function openRows(path: string, name: string, target: number): BenchRow[] {
  const all = rounds(() => secondsOf(() => firstVariables(path)));
  const reading = rounds(() => secondsOf(() => open(path)));
  const resident = Number(
    execFileSync(process.execPath, [process.argv[1] ?? "", MEASURE_RESIDENT, path], { encoding: "utf8" }),
  );
  const size = (statSync(path).size / MEBIBYTE).toFixed(0);
  return [
    { name: `image of ${name}: open and show first variables`, ...all, unit: "s", target, isLowerBetter: true },
    { name: `image of ${name}: read alone`, ...reading, unit: "s", target: null },
    {
      name: `image of ${name}: resident memory for a file of ${size} MB`,
      value: resident,
      best: null,
      unit: "MB",
      target: null,
    },
  ];
}

/** Argument of the bundle that makes it a process which opens one image, and says by how many megabytes it grew. */
export const MEASURE_RESIDENT = "resident-memory-of";

export function residentMegabytes(path: string): number {
  const before = process.memoryUsage().rss;
  firstVariables(path);
  return (process.memoryUsage().rss - before) / MEBIBYTE;
}

function saveRows(path: string, name: string): BenchRow[] {
  const { view, pages } = open(path);
  const saving = rounds(() => secondsOf(() => saveImage(`${path}-copy`, writeSysout(view.memory, pages))));
  return [{ name: `image of ${name}: save`, ...saving, unit: "s", target: null }];
}

/** Median and best. */
function rounds(round: () => number): Pick<BenchRow, "best"> & { readonly value: number } {
  round();
  const seconds = Array.from({ length: ROUNDS }, round).sort((a, b) => a - b);
  return { value: seconds[ROUNDS >> 1] as number, best: seconds[0] as number };
}

function withFile<T>(path: string, use: (file: OpenedFile) => T): T {
  const file = openImageFile(path);
  try {
    return use(file);
  } finally {
    file.close();
  }
}
function open(path: string) {
  return withFile(path, (file) => openImage(file));
}

/** What an editor asks when a session stops: threads, frames, scopes, and the lines of those that are open. */
function firstVariables(path: string): void {
  const { view, pages } = open(path);
  const debuggee = new ImageDebuggee(view, pages);
  const frames = debuggee.threads().flatMap(({ id }) => debuggee.stack(0, FIRST_ROWS, id).frames);
  let lines = 0;
  for (const scope of debuggee.scopes(frames[0]?.frame ?? null)) {
    if (scope.isExpensive) continue;
    for (const node of scope.named()) lines += node.value.length;
    for (const node of scope.indexed(0, Math.min(scope.indexedCount, FIRST_ROWS))) lines += node.value.length;
  }
  if (lines === 0) throw new Error("nothing was shown");
}
