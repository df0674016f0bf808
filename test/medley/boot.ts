/**
 * `npm run test:medley`, with MEDLEYDIR naming a checkout of the public repository Interlisp/medley: links its boot image, looks at it, boots it and lets it
 * load its first files, up to the image that it saves then. Exit code 0: all of that went as expected; 1: something did not; 2: there is no checkout.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const CONSPECT = join(__dirname, "conspect.cjs");
/** Typed by nobody: the machine reads it when it has booted. The quotes are the end of a string that reading begins with. */
const COMMANDS = '"\n(LOGOUT)\n"\n';
const MOST_OUTPUT = 64 * 1024 * 1024;

let failures = 0;
function check(what: string, isRight: boolean, found: string): void {
  process.stdout.write(`${isRight ? "ok    " : "FAILED"}  ${what}: ${found}\n`);
  if (!isRight) failures++;
}

/** Runs the command and answers what it printed; a failure is reported. */
function conspect(what: string, args: readonly string[]): string {
  const begin = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [CONSPECT, ...args], {
    encoding: "utf8",
    maxBuffer: MOST_OUTPUT,
  });
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  check(what, status === 0, status === 0 ? `${seconds} s` : `exit code ${status}: ${stderr.trim() || stdout.trim()}`);
  return stdout;
}

function linkAndBoot(checkout: string, folder: string): void {
  const [image, again, map, saved] = ["init.sysout", "again.sysout", "init.map", "init-mid.sysout"].map((name) =>
    join(folder, name),
  ) as [string, string, string, string];
  conspect("link", ["link", "--medley", checkout, "-o", image, "--map", map]);
  conspect("link again", ["link", "--medley", checkout, "-o", again]);
  if (!existsSync(image) || !existsSync(again)) return;
  const isSame = Buffer.compare(readFileSync(image), readFileSync(again)) === 0;
  check("both times the same bytes", isSame, `${readFileSync(image).length} bytes`);
  for (const topic of ["verify", "audit"]) conspect(`${topic} of the boot image`, ["inspect", image, topic]);

  const commands = join(folder, "commands");
  writeFileSync(commands, COMMANDS);
  const variables = {
    MEDLEYDIR: checkout,
    LDEINIT: "-",
    LDEREMCM: commands,
    LDEDESTSYSOUT: saved,
    LOGINDIR: folder,
    HOME: folder,
  };
  const environment = Object.entries(variables).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
  const printed = conspect("boot", ["run", image, "--files", checkout, "--writable", folder, ...environment]);
  const evaluated = printed.match(/^\S+\.EXPRESSIONS\r?$/gm) ?? [];
  const expected = readFileSync(map, "utf8").match(/ symbol +\S+\.EXPRESSIONS *$/gm) ?? [];
  const found = `${evaluated.length} of ${expected.length} files`;
  check("evaluates what its files left", evaluated.length > 0 && evaluated.length === expected.length, found);
  check("saves itself when it has booted", existsSync(saved), saved);
  if (existsSync(saved)) {
    for (const topic of ["verify", "audit"]) conspect(`${topic} of the saved image`, ["inspect", saved, topic]);
  }
}

function main(checkout: string | undefined): number {
  if (checkout === undefined) {
    process.stderr.write("usage: MEDLEYDIR=CHECKOUT npm run test:medley\n");
    return 2;
  }
  const folder = mkdtempSync(join(tmpdir(), "conspect-medley-"));
  try {
    linkAndBoot(checkout, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
  process.stdout.write(failures === 0 ? "Medley links and boots\n" : `${failures} checks failed\n`);
  return failures === 0 ? 0 : 1;
}

process.exitCode = main(process.argv[2] ?? process.env.MEDLEYDIR);
