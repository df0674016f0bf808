/**
 * The VS Code extension: starts the debug adapter and the language server, and contributes commands and a status item.
 * It analyses and decodes nothing; what it shows comes from the two processes, in the types of `#wire`.
 */
import type { ExtensionContext } from "vscode";
import { registerBranches } from "./branches.ts";
import { registerCommands } from "./commands.ts";
import { registerDebugger } from "./debug.ts";
import { registerHistoryCommands } from "./history/questions.ts";
import { registerImageCommands } from "./images.ts";
import { registerMeasurements, startLanguageClient, stopLanguageClient } from "./language.ts";
import { registerRecordingCommands } from "./recordings.ts";
import { registerSessions } from "./sessions.ts";
import { registerComparison } from "./views/compare-page.ts";
import { registerImageEditor } from "./views/image-page.ts";
import { registerStatusItem } from "./views/status.ts";

export async function activate(context: ExtensionContext): Promise<void> {
  context.subscriptions.push(
    ...registerDebugger(context),
    ...registerSessions(),
    ...registerCommands(),
    ...registerHistoryCommands(),
    ...registerBranches(),
    ...registerImageCommands(),
    ...registerRecordingCommands(),
    ...registerStatusItem(),
    ...registerComparison(context),
    registerImageEditor(context),
    registerMeasurements(),
  );
  await startLanguageClient(context);
}

export async function deactivate(): Promise<void> {
  await stopLanguageClient();
}
