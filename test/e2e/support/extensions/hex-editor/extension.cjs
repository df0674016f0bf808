/** Shows the first bytes of debuggee memory as a hex dump and reads them again when the adapter says that memory changed. */
const vscode = require("vscode");

const SHOWN_BYTES = 256;
const ROW_BYTES = 8;

function dump(bytes) {
  const rows = [];
  for (let start = 0; start < bytes.length; start += ROW_BYTES) {
    const row = [...bytes.subarray(start, start + ROW_BYTES)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const text = row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : "·")).join("");
    rows.push(`${start.toString(16).padStart(6, "0")}  ${hex.padEnd(ROW_BYTES * 3)} ${text}`);
  }
  return rows.join("\n");
}
const escapeHtml = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

class MemoryEditor {
  openCustomDocument(uri) {
    return { uri, dispose() {} };
  }
  async resolveCustomEditor(document, panel) {
    const render = async () => {
      const bytes = await vscode.workspace.fs.readFile(document.uri.with({ query: `range=0:${SHOWN_BYTES}` }));
      const style = "font: 13px/1.5 monospace; color: var(--vscode-editor-foreground)";
      panel.webview.html = `<pre style="${style}">${escapeHtml(dump(bytes))}</pre>`;
    };
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(document.uri, "*"));
    watcher.onDidChange(render);
    panel.onDidDispose(() => watcher.dispose());
    await render();
  }
}

exports.activate = (context) => {
  context.subscriptions.push(
    vscode.window.registerCustomEditorProvider("hexEditor.hexedit", new MemoryEditor(), {
      supportsMultipleEditorsPerDocument: true,
    }),
  );
};
