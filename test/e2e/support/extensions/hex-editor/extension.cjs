/** Shows the first bytes of debuggee memory as a hex dump and reads them again when the adapter says that memory changed. Has a cursor, and tells it as the real one does. */
const vscode = require("vscode");

const SHOWN_BYTES = 256;
const ROW_BYTES = 8;
const STYLE = "font: 13px/1.5 monospace; color: var(--vscode-editor-foreground)";
/** A click with either button puts the cursor on a byte; a double click writes 0 there. */
const SCRIPT = `
const editor = acquireVsCodeApi();
document.body.addEventListener("mousedown", ({ target }) => {
  if (target.dataset.offset === undefined) return;
  for (const old of document.querySelectorAll(".cursor")) old.classList.remove("cursor");
  target.classList.add("cursor");
  editor.postMessage({ cursor: Number(target.dataset.offset) });
});
document.body.addEventListener("dblclick", ({ target }) => {
  if (target.dataset.offset !== undefined) editor.postMessage({ clears: Number(target.dataset.offset) });
});`;

/** Offset of the byte that was clicked last. */
let cursor;

function dump(bytes) {
  const rows = [];
  for (let start = 0; start < bytes.length; start += ROW_BYTES) {
    const row = [...bytes.subarray(start, start + ROW_BYTES)];
    const hex = row
      .map((byte, i) => `<b data-offset="${start + i}">${byte.toString(16).padStart(2, "0")}</b>`)
      .join(" ");
    const text = row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : "·")).join("");
    const gap = " ".repeat(3 * (ROW_BYTES - row.length) + 2);
    rows.push(`${start.toString(16).padStart(6, "0")}  ${hex}${gap}${escapeHtml(text)}`);
  }
  return rows.join("\n");
}
const escapeHtml = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

class MemoryEditor {
  openCustomDocument(uri) {
    return { uri, dispose() {} };
  }
  async resolveCustomEditor(document, panel) {
    panel.webview.options = { enableScripts: true };
    panel.webview.onDidReceiveMessage(async ({ cursor: clicked, clears }) => {
      cursor = clicked ?? cursor;
      if (clears === undefined) return;
      const place = document.uri.with({ query: `range=${clears}:${clears + 1}` });
      await vscode.workspace.fs.writeFile(place, new Uint8Array(1));
    });
    const render = async () => {
      const bytes = await vscode.workspace.fs.readFile(document.uri.with({ query: `range=0:${SHOWN_BYTES}` }));
      const look = "b { font-weight: normal } .cursor { background: var(--vscode-editor-selectionBackground) }";
      panel.webview.html = `<style>${look}</style><pre style="${STYLE}">${dump(bytes)}</pre><script>${SCRIPT}</script>`;
    };
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(document.uri, "*"));
    watcher.onDidChange(render);
    panel.onDidDispose(() => {
      watcher.dispose();
      cursor = undefined;
    });
    await render();
  }
}

exports.activate = (context) => {
  context.subscriptions.push(
    vscode.window.registerCustomEditorProvider("hexEditor.hexedit", new MemoryEditor(), {
      supportsMultipleEditorsPerDocument: true,
    }),
    vscode.commands.registerCommand("hexEditor.copyOffsetAsHex", () => {
      if (cursor !== undefined) return vscode.env.clipboard.writeText(cursor.toString(16).toUpperCase());
    }),
  );
};
