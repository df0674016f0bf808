/** A program whose output goes to a terminal, and that two clients look at. */
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DeskOf, soon } from "../support/desk.ts";
import type { WireLog } from "../support/wire-log.ts";
import type { DebugWorkbench } from "../support/workbench/debug-workbench.ts";

const PROGRAM = `(define (greet name)
  (display "hello, ")
  (print name))
(greet "terminal")
(greet "both")
(greet "the end")
`;

/** A port of this computer that nobody uses. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

export function sharingSuite(desk: DeskOf): void {
  describe("sharing", () => {
    let workbench: DebugWorkbench;
    let wire: WireLog;
    beforeAll(async () => {
      ({ workbench, wire } = desk());
      const { workspace } = desk().editor;
      const port = await freePort();
      const file = join(workspace, ".vscode/launch.json");
      const launch = JSON.parse(readFileSync(file, "utf8"));
      const shared = { program: join(workspace, "greeting.cons"), console: "integratedTerminal", stopOnEntry: true };
      launch.configurations.push(
        { type: "conspect", request: "launch", name: "Shared", ...shared, listen: port },
        { type: "conspect", request: "attach", name: "Joined", port },
      );
      writeFileSync(join(workspace, "greeting.cons"), PROGRAM);
      writeFileSync(file, JSON.stringify(launch));
    });
    afterAll(() => desk().clear());

    test("prints to the integrated terminal", async () => {
      await desk().untilPause(() => workbench.startConfiguration("Shared"));
      await desk().go("Step Over");
      await expect.poll(() => workbench.terminalText(), soon).toContain('hello, "terminal"');
      await desk().picture("share-1-terminal");
    });

    test("lets another client attach, and shows both what either does", async () => {
      await desk().untilPause(() => workbench.startConfiguration("Joined"));
      await workbench.session("Joined").waitFor();
      const stops = wire.events("stopped").length;
      await desk().go("Step Over");
      await expect.poll(() => wire.events("stopped").length, soon).toBe(stops + 2);
      expect(wire.events("continued").length).toBeGreaterThan(0);
      await desk().picture("share-2-joined");
      // The port is nobody's business but ours: the editor does not offer to open it.
      expect(await workbench.message(/application running on port/).count()).toBe(0);
      await desk().stop();
      await workbench.command("Debug Console: Focus on Debug Console View");
    });
  });
}
