/** Appends every message of the debug protocol to the file that `CONSPECT_OBSERVER_LOG` names, one JSON object a line. */
const { appendFileSync } = require("node:fs");
const vscode = require("vscode");

const file = process.env.CONSPECT_OBSERVER_LOG;
const write = (from, message) => appendFileSync(file, `${JSON.stringify({ from, message })}\n`);

exports.activate = (context) => {
  const tracker = {
    onWillReceiveMessage: (message) => write("editor", message),
    onDidSendMessage: (message) => write("adapter", message),
    onError: (error) => write("error", { text: String(error) }),
    onExit: (code, signal) => write("exit", { code, signal }),
  };
  context.subscriptions.push(
    vscode.debug.registerDebugAdapterTrackerFactory("*", { createDebugAdapterTracker: () => tracker }),
  );
  write("observer", { text: "ready" });
};
