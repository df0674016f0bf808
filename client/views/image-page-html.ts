/** The page of an image file as HTML; apart from the editor, so that it is tested without one. It runs no script: its links are commands. */

import { escaped, htmlPage, STYLE } from "./html.ts";

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

export function imagePage(name: string, facts: ImageFacts, links: PageLinks): string {
  return htmlPage(
    name,
    STYLE,
    `<p>
<a class="button" href="${escaped(links.inspect)}" title="Look at threads, stack, scopes and memory; nothing runs">Inspect with Conspect</a>
<a class="button second" href="${escaped(links.run)}" title="Go on with the image where it was saved">Run with Conspect</a>
</p>
${bodyOf(facts)}`,
  );
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
