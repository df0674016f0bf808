// `npm run seeds`: runs the tests whose titles name rows of the five memory systems, and prints the table of rows.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROW = /\b[IZOML]-[FMAC]\d/;
const files = readdirSync("test", { recursive: true })
  .map((file) => join("test", file))
  .filter((file) => file.endsWith(".test.ts") && ROW.test(readFileSync(file, "utf8")));
const isEndToEnd = files.some((file) => file.includes("e2e"));
const projects = isEndToEnd ? ["--project", "unit", "--project", "e2e"] : ["--project", "unit"];
const options = ["run", ...projects, "-t", "[IZOML]-[FMAC][0-9]", "--reporter", "./test/seeds/table-reporter.ts"];
const { status } = spawnSync("npx", ["vitest", ...options, ...files], { stdio: "inherit" });
process.exitCode = status ?? 1;
