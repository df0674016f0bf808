/** Starts a real VS Code workbench: code-server with our .vsix and two companion extensions, in headless Chromium. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Browser, chromium, type Page } from "playwright-core";
import { editorEntry, editorNode, findChromium } from "./editor-location.mjs";

const run = promisify(execFile);
/** Size of the screenshots. */
const WINDOW = { width: 1400, height: 900 };
const START_TIMEOUT_MS = 60_000;
const CHROMIUM_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const SETTINGS = {
  "breadcrumbs.enabled": false,
  "chat.disableAIFeatures": true,
  "debug.openDebug": "openOnSessionStart",
  "debug.toolBarLocation": "docked",
  "editor.minimap.enabled": false,
  "editor.scrollbar.horizontal": "hidden",
  "editor.scrollbar.vertical": "hidden",
  "extensions.ignoreRecommendations": true,
  "git.enabled": false,
  "security.workspace.trust.enabled": false,
  // Else its text is only painted.
  "terminal.integrated.gpuAcceleration": "off",
  "telemetry.telemetryLevel": "off",
  "window.commandCenter": false,
  "workbench.layoutControl.enabled": false,
  "workbench.reduceMotion": "on",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};

export interface Editor {
  readonly page: Page;
  /** The folder that is open; a copy, so a test may write into it. */
  readonly workspace: string;
  /** Messages of the debug protocol, as the observer wrote them. */
  readonly observerLog: string;
  close(): Promise<void>;
  /** Ends browser and server without giving either time for anything. */
  kill(): Promise<void>;
  /** Command lines of the server, of what it started, and of what that started. */
  processes(): string[];
}

/**
 * @param vsix path of the packaged extension
 * @param examples folder that is copied and opened
 */
export async function startEditor(vsix: string, examples: string): Promise<Editor> {
  // Short, because the server makes sockets below it, whose paths are limited to 108 bytes.
  const home = mkdtempSync(join(tmpdir(), "cspt-"));
  const workspace = join(home, "examples");
  const observerLog = join(home, "observer.jsonl");
  let server: ChildProcess | null = null;
  let browser: Browser | null = null;
  const close = async (): Promise<void> => {
    await browser?.close();
    if (server !== null) await stopServer(server);
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    cpSync(examples, workspace, { recursive: true });
    writeFileSync(observerLog, "");
    await prepare(home, vsix);
    server = spawnServer(home, observerLog);
    const address = await listening(server);
    browser = await chromium.launch({ executablePath: findChromium() ?? "", args: CHROMIUM_FLAGS });
    const page = await browser.newPage({ viewport: WINDOW, permissions: ["clipboard-read", "clipboard-write"] });
    await page.goto(`${address}/?folder=${workspace}`);
    await page.locator(".monaco-workbench .part.editor").waitFor({ timeout: START_TIMEOUT_MS });
    const kill = async (): Promise<void> => {
      server?.kill("SIGKILL");
      await browser?.close();
    };
    return { page, workspace, observerLog, close, kill, processes: () => processesOf(home) };
  } catch (error) {
    await close();
    throw error;
  }
}

const serverFolders = (home: string): string[] => [
  ...["--user-data-dir", join(home, "u"), "--extensions-dir", join(home, "x")],
];

/** Settings, companion extensions, and the extension under test by the editor's own installer. */
async function prepare(home: string, vsix: string): Promise<void> {
  mkdirSync(join(home, "u", "User"), { recursive: true });
  writeFileSync(join(home, "u", "User", "settings.json"), JSON.stringify(SETTINGS));
  const companions = join(import.meta.dirname, "extensions");
  cpSync(join(companions, "observer"), join(home, "x", "conspect-tests.observer-1.0.0"), { recursive: true });
  cpSync(join(companions, "hex-editor"), join(home, "x", "ms-vscode.hexeditor-1.0.0"), { recursive: true });
  await run(editorNode, [editorEntry, ...serverFolders(home), "--install-extension", vsix], { env: environment(home) });
}

function spawnServer(home: string, observerLog: string): ChildProcess {
  const flags = [
    ...["--auth", "none", "--bind-addr", "127.0.0.1:0", "--disable-telemetry", "--disable-update-check"],
    ...["--disable-workspace-trust", "--disable-getting-started-override", "--ignore-last-opened"],
  ];
  const env = { ...environment(home), CONSPECT_OBSERVER_LOG: observerLog };
  return spawn(editorNode, [editorEntry, ...serverFolders(home), ...flags], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
}

/** An own home, so that nobody's editor settings take part; no gallery, so that nothing is looked up. */
function environment(home: string): NodeJS.ProcessEnv {
  const gallery = { serviceUrl: "", itemUrl: "", resourceUrlTemplate: "" };
  return { ...process.env, HOME: home, XDG_CONFIG_HOME: "", EXTENSIONS_GALLERY: JSON.stringify(gallery) };
}

/** @returns the address that the server prints when it is ready */
function listening(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    const timer = setTimeout(() => reject(new Error(`editor did not start:\n${output}`)), START_TIMEOUT_MS);
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const address = /HTTP server listening on (http:\/\/[^\s/]+)/.exec(output)?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
    };
    server.stdout?.on("data", read);
    server.stderr?.on("data", read);
    server.once("exit", (code) => reject(new Error(`editor ended with code ${code}:\n${output}`)));
  });
}

/** Command lines that name a folder. */
function processesOf(folder: string): string[] {
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const line = readFileSync(join("/proc", pid, "cmdline"), "utf8")
        .replaceAll("\0", " ")
        .trim();
      return line.includes(folder) ? [line] : [];
    } catch {
      return []; // it has just ended
    }
  });
}

/** The server has children of its own (extension host, adapter), so its whole process group goes. */
async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode === null && server.signalCode === null) {
    const gone = new Promise((resolve) => server.once("exit", resolve));
    killGroup(server, "SIGTERM");
    const timer = setTimeout(() => killGroup(server, "SIGKILL"), 5000);
    await gone;
    clearTimeout(timer);
  }
  killGroup(server, "SIGKILL");
}

function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // nobody is left in it
  }
}
