import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");
/** A room of core may import itself and the rooms named here. */
const rooms: Record<string, readonly string[]> = {
  base: [],
  wire: [],
  isa: ["base"],
  compiled: ["base", "isa"],
  memory: ["base", "isa"],
  objects: ["base", "isa", "memory"],
  managers: ["base", "isa", "memory", "objects"],
  vm: ["base", "isa", "compiled", "memory", "objects", "managers"],
  link: ["base", "isa", "compiled", "memory", "objects", "managers", "vm"],
  timeline: ["base", "isa", "compiled", "memory", "objects", "managers", "vm"],
  inspect: ["base", "isa", "compiled", "memory", "objects", "managers", "vm", "timeline"],
  language: ["base", "isa"],
  debuggee: [
    "base",
    "wire",
    "isa",
    "compiled",
    "memory",
    "objects",
    "managers",
    "vm",
    "timeline",
    "inspect",
    "language",
  ],
};
/** Packages that a shell may import besides Node's own modules. */
const packages: Record<string, readonly string[]> = {
  host: [],
  adapter: ["@vscode/debugadapter", "@vscode/debugprotocol"],
  server: ["vscode-languageserver", "vscode-languageserver-textdocument"],
  client: ["vscode", "vscode-languageclient"],
  cli: ["@vscode/debugprotocol"],
};
/** Doors that a shell may enter. */
const doors: Record<string, readonly string[]> = {
  host: ["#core"],
  adapter: ["#core", "#wire", "#host"],
  server: ["#core", "#wire"],
  client: ["#wire"],
  cli: ["#core", "#wire", "#host"],
};

function sources(folder: string): string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(join(root, path)).isDirectory()) return sources(path);
    return name.endsWith(".ts") ? [path] : [];
  });
}
function imports(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  return [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\b[^"';]*?from\s+"([^"]+)"|import\("([^"]+)"\)|\bimport\s+"([^"]+)"/g,
    ),
  ].map((match) => (match[1] ?? match[2] ?? match[3]) as string);
}
const target = (file: string, specifier: string) =>
  relative(root, resolve(root, dirname(file), specifier))
    .split(sep)
    .join("/");

describe("layers", () => {
  test("core imports only downwards and no packages", () => {
    const wrong: string[] = [];
    for (const file of sources("core")) {
      const room = file.split(sep)[1] as string;
      if (room === "index.ts") continue;
      for (const specifier of imports(file)) {
        const to = specifier.startsWith(".") ? target(file, specifier).split("/") : null;
        const allowed = to !== null && to[0] === "core" && (to[1] === room || rooms[room]?.includes(to[1] as string));
        if (!allowed) wrong.push(`${file} imports ${specifier}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("core knows no time, no randomness, no timers, no output", () => {
    const forbidden =
      /\b(Date|Math\.random|setTimeout|setInterval|setImmediate|queueMicrotask|process|console|async|await|Promise|globalThis)\b/;
    const wrong = sources("core").flatMap((file) => {
      const code = readFileSync(join(root, file), "utf8").replace(
        /\/\*[\s\S]*?\*\/|\/\/.*|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g,
        "",
      );
      const match = forbidden.exec(code.replace(/\b(readonly )?console(?=\s*\??[:.]\s*)/g, "port"));
      return match === null ? [] : [`${file}: ${match[0]}`];
    });
    expect(wrong).toEqual([]);
  });

  test.each(["host", "adapter", "server", "client", "cli"])(
    "%s uses the doors of core only, and its own packages",
    (shell) => {
      const wrong: string[] = [];
      for (const file of sources(shell)) {
        for (const specifier of imports(file)) {
          const own = specifier.startsWith(".") && target(file, specifier).startsWith(`${shell}/`);
          const door = doors[shell]?.includes(specifier);
          const node = specifier.startsWith("node:");
          const known = packages[shell]?.some((name) => specifier === name || specifier.startsWith(`${name}/`));
          if (!own && !door && !node && !known) wrong.push(`${file} imports ${specifier}`);
        }
      }
      expect(wrong).toEqual([]);
    },
  );

  test("only tables and the interpreter exceed 500 lines", () => {
    const long = ["core", "host", "adapter", "server", "client", "cli"]
      .flatMap(sources)
      .filter((file) => readFileSync(join(root, file), "utf8").split("\n").length > 501)
      .filter((file) => !["core/isa/opcodes.ts", "core/vm/interpreter.ts"].includes(file.split(sep).join("/")));
    expect(long).toEqual([]);
  });
});
