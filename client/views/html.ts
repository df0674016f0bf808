/** What the pages of the extension have in common. They run no script: their links are commands of the editor. */

export const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** Rules for text and buttons in the colours of the editor. */
export const STYLE = `
body { font-family: var(--vscode-font-family); color: var(--vscode-foreground); padding: 1em 2em; }
h1 { font-size: 1.4em; font-weight: 600; }
pre { font-family: var(--vscode-editor-font-family); font-size: var(--vscode-editor-font-size); white-space: pre-wrap; }
a.button { display: inline-block; padding: 0.4em 1.2em; margin-right: 0.6em; text-decoration: none; border-radius: 2px;
  background: var(--vscode-button-background); color: var(--vscode-button-foreground); }
a.button:hover { background: var(--vscode-button-hoverBackground); }
a.second { background: var(--vscode-button-secondaryBackground); color: var(--vscode-button-secondaryForeground); }
.failed { color: var(--vscode-errorForeground); }`;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Names and texts come from files: nothing of them is markup. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** @param title and body; the title is a text, the body is markup */
export function htmlPage(title: string, style: string, body: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
${body}
</body>
</html>`;
}
