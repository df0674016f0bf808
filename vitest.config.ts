import { defineConfig } from "vitest/config";
import { BUNDLES, bundledTests } from "./test/support/bundled-tests.mjs";

// Pure tests run from source; tests that start processes run the bundles in dist/ and get time to do so.
export default defineConfig({
  test: {
    setupFiles: ["./test/support/fixed-seed.ts"],
    reporters: ["default", "./test/support/report/summary-reporter.ts"],
    projects: [
      {
        extends: true,
        plugins: [bundledTests()],
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/e2e/**"],
          testTimeout: 60_000,
          maxWorkers: "100%",
          sequence: { groupOrder: 0 },
          execArgv: ["--enable-source-maps"],
          server: { deps: { external: [new RegExp(`/${BUNDLES}/`)] } },
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
