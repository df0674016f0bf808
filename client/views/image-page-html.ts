/** The page of an image file as HTML; apart from the editor, so that it is tested without one. It runs no script: its links are commands. */

/** What there is to show. */
export type ImageFacts =
  | { readonly kind: "reading" }
  /** What `conspect inspect` prints. */
  | { readonly kind: "summary"; readonly text: string }
  /** Why there is no summary. */
  | { readonly kind: "failed"; readonly message: string };

export interface PageLinks {
  readonly inspect: string;
  readonly run: string;
}

const POLICY = "default-src 'none'; style-src 'unsafe-inline'";
const STYLE = `
body { font-family: var(--vscode-font-family); color: var(--vscode-foreground); padding: 1em 2em; }
h1 { font-size: 1.4em; font-weight: 600; }
pre { font-family: var(--vscode-editor-font-family); font-size: var(--vscode-editor-font-size); white-space: pre-wrap; }
a.button { display: inline-block; padding: 0.4em 1.2em; margin-right: 0.6em; text-decoration: none; border-radius: 2px;
  background: var(--vscode-button-background); color: var(--vscode-button-foreground); }
a.button:hover { background: var(--vscode-button-hoverBackground); }
a.second { background: var(--vscode-button-secondaryBackground); color: var(--vscode-button-secondaryForeground); }
.failed { color: var(--vscode-errorForeground); }`;

export function imagePage(name: string, facts: ImageFacts, links: PageLinks): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${escaped(name)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escaped(name)}</h1>
<p>
<a class="button" href="${escaped(links.inspect)}" title="Look at threads, stack, scopes and memory; nothing runs">Inspect with Conspect</a>
<a class="button second" href="${escaped(links.run)}" title="Go on with the image where it was saved">Run with Conspect</a>
</p>
${bodyOf(facts)}
</body>
</html>`;
}

function bodyOf(facts: ImageFacts): string {
  switch (facts.kind) {
    case "reading":
      return "<p>Reading the image …</p>";
    case "summary":
      return `<pre>${escaped(facts.text)}</pre>`;
    case "failed":
      return `<pre class="failed">${escaped(facts.message)}</pre>`;
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Names and summaries come from files: nothing of them is markup. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
