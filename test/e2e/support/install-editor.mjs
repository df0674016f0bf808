/**
 * Installs the editor for the tests: code-server from npm, with its own Node, without running install scripts of packages.
 * Does nothing when it is there already. Needs the network and about half a gigabyte.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import {
  cacheFolder,
  EDITOR_PACKAGE,
  editorFolder,
  isEditorInstalled,
  markerFile,
  nodePackage,
  nodeRequest,
} from "./editor-location.mjs";

const run = promisify(execFile);
const started = Date.now();
const progress = (text) => console.log(`editor: ${text} (${((Date.now() - started) / 1000).toFixed(0)} s)`);
const NPM_FLAGS = ["--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error"];

/** Without the `npm_*` variables of an `npm run` around us, which would name the wrong project. */
function cleanEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
}
async function npmInstall(folder, packages) {
  const options = { cwd: folder, env: cleanEnvironment(), maxBuffer: 16_000_000 };
  await run("npm", ["install", "--no-save", ...NPM_FLAGS, ...packages], options);
}

/** All that code-server's own post-install does besides compiling, of which nothing is needed. */
function makeLinks(vscode) {
  const links = [
    ["node_modules", "node_modules.asar"],
    ["code-linux.sh", "bin/remote-cli/code-server"],
    ["browser-linux.sh", "bin/helpers/browser.sh"],
  ];
  for (const [target, link] of links) {
    const path = join(vscode, link);
    if (existsSync(dirname(path)) && !existsSync(path)) symlinkSync(target, path);
  }
}

/** Parts that no test opens: AI features and programs for other platforms; half of the disk space. */
function trim(vscode) {
  const unused = ["node_modules/@github", "extensions/copilot"];
  const ripgrep = join(vscode, "node_modules/@vscode/ripgrep-universal/bin");
  const here = `${process.platform}-${process.arch}`;
  const foreign = existsSync(ripgrep) ? readdirSync(ripgrep).filter((name) => name !== here) : [];
  for (const path of unused) rmSync(join(vscode, path), { recursive: true, force: true });
  if (foreign.length > 0 && existsSync(join(ripgrep, here))) {
    for (const name of foreign) rmSync(join(ripgrep, name), { recursive: true, force: true });
  }
}

async function install() {
  const folder = `${editorFolder}.partial`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  progress(`installing ${EDITOR_PACKAGE} and ${nodeRequest} into ${cacheFolder}`);
  await npmInstall(folder, [EDITOR_PACKAGE, nodeRequest]);
  const vscode = join(folder, "node_modules", "code-server", "lib", "vscode");
  progress("installing the packages of the workbench");
  await npmInstall(vscode, []);
  progress("installing the packages of the bundled extensions");
  await npmInstall(join(vscode, "extensions"), []);
  makeLinks(vscode);
  trim(vscode);
  rmSync(editorFolder, { recursive: true, force: true });
  renameSync(folder, editorFolder);
  writeFileSync(markerFile, `${JSON.stringify({ editor: EDITOR_PACKAGE, node: nodeRequest })}\n`);
  progress("installed");
}

if (nodePackage === null) {
  console.log(`editor: no Node 24 for ${process.platform}-${process.arch} on npm, nothing installed`);
  process.exitCode = 1;
} else if (isEditorInstalled()) {
  progress(`${EDITOR_PACKAGE} is installed in ${cacheFolder}`);
} else {
  await install().catch((error) => {
    console.log(`editor: installation failed: ${error.stderr || error.message}`);
    process.exitCode = 1;
  });
}
