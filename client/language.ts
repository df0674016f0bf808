/** Starts the language server for Conspect Lisp files and stops it with the extension. */
import { commands, type Disposable, debug, type ExtensionContext, window } from "vscode";
import { LanguageClient, TransportKind } from "vscode-languageclient/node";
import { LANGUAGE_SERVER_ENGINE, type Measurements } from "#wire";
import { DEBUG_TYPE, LANGUAGE_ID } from "./debug.ts";

let client: LanguageClient | null = null;

export async function startLanguageClient(context: ExtensionContext): Promise<void> {
  const server = {
    module: context.asAbsolutePath("dist/server.cjs"),
    transport: TransportKind.stdio,
    options: { execArgv: [...LANGUAGE_SERVER_ENGINE] },
  };
  client = new LanguageClient(
    "conspect",
    "Conspect Lisp",
    { run: server, debug: server },
    {
      documentSelector: [
        { language: LANGUAGE_ID, scheme: "file" },
        { language: LANGUAGE_ID, scheme: "untitled" },
      ],
      // Lenses are offered only for commands that there are.
      initializationOptions: { commands: await ownCommands() },
      synchronize: { configurationSection: LANGUAGE_ID },
    },
  );
  try {
    await client.start();
  } catch (error) {
    // Debugging works without the server, so activation goes on.
    const reason = error instanceof Error ? error.message : String(error);
    void window.showErrorMessage(`Conspect: the language server did not start, so there are no diagnostics: ${reason}`);
  }
}

/** Brings what a session measured to the server, which shows it at the places of the text. */
export function registerMeasurements(): Disposable {
  return debug.onDidReceiveDebugSessionCustomEvent(({ session, event, body }) => {
    if (session.type !== DEBUG_TYPE || event !== "conspect/measurements") return;
    void client?.sendNotification("conspect/measured", body as Measurements);
  });
}

async function ownCommands(): Promise<string[]> {
  const all = await commands.getCommands(true);
  return all.filter((name) => name.startsWith(`${LANGUAGE_ID}.`));
}

export async function stopLanguageClient(): Promise<void> {
  await client?.stop();
  client = null;
}
