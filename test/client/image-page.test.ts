import { describe, expect, test } from "vitest";
import { imagePage } from "../../client/views/image-page-html.ts";

const links = { inspect: "command:a?%5B%22x%22%5D", run: "command:b" };

describe("the page of an image file", () => {
  test("shows what the command says of it, and the ways into it", () => {
    const page = imagePage(
      "lisp.sysout",
      { kind: "summary", text: "file  lisp.sysout, 12 bytes\nstack 3 frames" },
      links,
    );
    expect(page).toContain("<pre>file  lisp.sysout, 12 bytes\nstack 3 frames</pre>");
    expect(page).toContain('href="command:a?%5B%22x%22%5D"');
    expect(page).toContain('href="command:b"');
    expect(page).not.toContain("<script");
  });

  test("takes nothing of a name or a summary for markup", () => {
    const evil = `<img src=x onerror="alert('1')">&`;
    for (const facts of [
      { kind: "summary", text: evil },
      { kind: "failed", message: evil },
    ] as const) {
      const page = imagePage(evil, facts, links);
      expect(page).not.toContain("<img");
      expect(page).toContain("&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;");
    }
  });

  test("says that it reads, and why it could not", () => {
    expect(imagePage("a", { kind: "reading" }, links)).toContain("Reading the image");
    expect(imagePage("a", { kind: "failed", message: "it is empty" }, links)).toContain('class="failed">it is empty');
  });
});
