/** Opens an image to be looked at, and says about it what costs nothing. What takes a walk over the heap is in the views. */
import { basename } from "node:path";
import {
  type Damage,
  filePageFigures,
  frameChains,
  ImageDebuggee,
  type ImageFile,
  type OpenImage,
  openImage,
} from "#core";
import type { OpenedImage } from "../engine.ts";

const MEGABYTE = 1 << 20;

/** @throws {ImageError} for a file that is no image */
export function openedImage(file: ImageFile): OpenedImage {
  const opened = openImage(file);
  const { items, total } = opened.damage;
  return {
    image: new ImageDebuggee(opened.view, opened.pages),
    summary: summaryLines(opened),
    damage: items.map(damageLine),
    damageTotal: total,
  };
}

function summaryLines({ name, sizeBytes, view, header, pages, damage }: OpenImage): readonly string[] {
  const { inFile, mapped, unused, duplicates } = filePageFigures(pages);
  const [running] = frameChains(view);
  const innermost = running?.frames(0, 1)[0]?.name;
  const stack =
    running === undefined || innermost === undefined
      ? "no frame to go on with"
      : `${running.depth} frames, innermost ${innermost}`;
  return [
    `${basename(name)}: ${sizeBytes} bytes, lversion ${header.lversion}, ${view.memory.sizeBytes / MEGABYTE} MB of memory`,
    `${inFile} pages: ${mapped} mapped, ${unused} unused, ${duplicates} listed twice; stack: ${stack}`,
    damage.total === 0 ? "Nothing is wrong with the file." : `${damage.total} wrong with the file:`,
  ];
}

/** One line: `page table, byte 1024: …: found …, expected …` */
function damageLine({ where, offsetBytes, what, found, expected }: Damage): string {
  const place = offsetBytes === null ? where : `${where}, byte ${offsetBytes}`;
  return `${place}: ${what}: found ${found}, expected ${expected}`;
}
