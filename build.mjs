// Bundles the four programs and three that measure and check them into dist/. Flags: --quiet, --minify.

import { existsSync } from "node:fs";
import { build } from "esbuild";

const flags = new Set(process.argv.slice(2));
const entries = {
  client: "client/extension.ts",
  server: "server/main.ts",
  adapter: "adapter/main.ts",
  conspect: "cli/main.ts",
  bench: "test/bench/main.ts",
  "check-medley": "test/medley/compiled-files.ts",
  "test-medley": "test/medley/boot.ts",
};
const entryPoints = Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(file)));
await build({
  entryPoints,
  outdir: "dist",
  outExtension: { ".js": ".cjs" },
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  external: ["vscode"],
  sourcemap: flags.has("--minify") ? false : "linked",
  minify: flags.has("--minify"),
  logLevel: flags.has("--quiet") ? "warning" : "info",
});
