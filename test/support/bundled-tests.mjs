/**
 * Makes one module of each test file, with everything of ours that it imports: under the test runner an imported function in a loop is many times slower than
 * one of the same module, and a hundred small modules take longer to load than one large one.
 */
import { readFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const IS_TEST = /\/test\/.*\.test\.ts$/;
/** Below the project, so that packages are found from there. Not to be looked into by the test runner: see `server.deps.external`. */
export const BUNDLES = "out/tests";

/** In a bundle all files lie in one place: each keeps the one that it has. */
const ownPlaces = {
  name: "own-places",
  setup(bundle) {
    bundle.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      if (!text.includes("import.meta.")) return undefined;
      const contents = text
        .replaceAll("import.meta.dirname", JSON.stringify(dirname(path)))
        .replaceAll("import.meta.filename", JSON.stringify(path))
        .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href));
      return { contents, loader: "ts" };
    });
  },
};

export function bundledTests() {
  return {
    name: "bundled-tests",
    enforce: "pre",
    async load(id) {
      const [path] = id.split("?");
      if (!IS_TEST.test(path)) return null;
      const name = relative(process.cwd(), path).replaceAll(/[\\/]/g, "+").replace(/\.ts$/, ".mjs");
      const outfile = join(process.cwd(), BUNDLES, name);
      const { metafile } = await build({
        entryPoints: [path],
        outfile,
        bundle: true,
        platform: "node",
        target: "node20",
        format: "esm",
        packages: "external",
        sourcemap: "linked",
        metafile: true,
        plugins: [ownPlaces],
        logLevel: "warning",
      });
      for (const input of Object.keys(metafile.inputs)) this.addWatchFile(resolve(input));
      return { code: `import ${JSON.stringify(outfile)};`, map: null };
    },
  };
}
