import { defineConfig } from "vitest/config";

// Pure tests run from source; tests that start processes run the bundles in dist/ and get time to do so.
export default defineConfig({
  test: {
    setupFiles: ["./test/support/fixed-seed.ts"],
    reporters: ["default", "./test/support/report/summary-reporter.ts"],
    projects: [
      {
        extends: true,
        test: { name: "unit", include: ["test/**/*.test.ts"], exclude: ["test/e2e/**"], testTimeout: 60_000 },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
