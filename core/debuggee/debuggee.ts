/**
 * A program under debug: text, image and machine together. What it shares with a machine that runs something without text is `machine-debuggee.ts`.
 */
import { assert, VmFault } from "../base/errors.ts";
import type { ByteAddress, StackOffset } from "../base/units.ts";
import type { CodeBlock } from "../isa/code-block.ts";
import { compileProgram } from "../language/compiler/compile-program.ts";
import { interpreterBlock, ufnHandlers } from "../language/compiler/handlers.ts";
import type { Diagnostic, Range } from "../language/forms.ts";
import { managerFactory } from "../managers/catalog.ts";
import { profiled } from "../managers/profile/profiled-manager.ts";
import type { RecordedText } from "../timeline/recording/recording.ts";
import { buildImage } from "../vm/image/build-image.ts";
import type { Machine } from "../vm/machine.ts";
import { programEvaluator } from "./evaluation/program-evaluator.ts";
import { Declarations } from "./program/declarations.ts";
import { Places } from "./program/places.ts";
import { ReplayableDebuggee } from "./replayable.ts";
import type { LaunchSettings, Origin, SourceText, TextPlace } from "./types.ts";

export class Debuggee extends ReplayableDebuggee {
  declare readonly source: SourceText;
  readonly settings: LaunchSettings;
  private readonly first: ByteAddress | null;
  /** Made when somebody asks. */
  private declared: Declarations | null = null;

  /** Compiles the text and builds its image. Without a debuggee the diagnostics hold at least one error. */
  static load(
    source: SourceText,
    settings: LaunchSettings,
  ): { readonly debuggee: Debuggee | null; readonly diagnostics: readonly Diagnostic[] } {
    const manager = managerFactory(settings.manager);
    assert(manager !== null, `no memory manager ${settings.manager}`);
    const { usesPlan } = manager.traits;
    const { program, diagnostics } = compileProgram(source.text, source.path, { usesPlan });
    if (program === null) return { debuggee: null, diagnostics };
    const options = {
      heapMB: settings.heapMB,
      manager: settings.profileClock === undefined ? manager : profiled(manager, settings.profileClock),
      managerOptions: settings.managerOptions,
      ports: settings.ports,
      path: source.path,
      handlers: ufnHandlers(),
      interpreter: interpreterBlock(),
    };
    let machine: Machine;
    try {
      machine = buildImage(program, options);
    } catch (error) {
      if (!(error instanceof VmFault)) throw error;
      const message = `the program does not fit into the machine: ${error.message}`;
      return {
        debuggee: null,
        diagnostics: [...diagnostics, { start: 0, end: 0, severity: "error", code: "too-large", message }],
      };
    }
    const entryBlocks = new Set(program.entries.map((index) => program.blocks[index]));
    return { debuggee: new Debuggee(source, settings, machine, (block) => entryBlocks.has(block)), diagnostics };
  }

  private constructor(
    source: SourceText,
    settings: LaunchSettings,
    machine: Machine,
    isEntry: (block: CodeBlock) => boolean,
  ) {
    const places = new Places(machine.code, source);
    const topLevel = [...machine.code.all()]
      .filter(({ block }) => isEntry(block))
      .flatMap((installed) => places.steps(installed).slice(0, 1))
      .map(({ pc }) => pc);
    super(machine, places, programEvaluator(machine, source.text), topLevel);
    this.settings = settings;
    this.first = topLevel[0] ?? null;
  }

  override recipe(): RecordedText {
    const { manager, managerOptions, heapMB, args } = this.settings;
    const { path, text } = this.source;
    return { kind: "text", path, text, manager, managerOptions, heapMB, args };
  }

  override declarationOf(name: string, frame: StackOffset | null): TextPlace | null {
    const context = this.contextOf(frame);
    const place = context === null ? null : this.places.at(context.pc);
    return this.textPlace(this.declarations().variable(name, place?.start ?? null));
  }
  protected override definitionOf(code: Origin & { kind: "code" }): Origin {
    const body = this.places.at(code.pc);
    if (body === null) return code;
    const name = this.textPlace(this.declarations().functionAround(code.functionName, body.start));
    return { kind: "text", place: name ?? body };
  }
  private declarations(): Declarations {
    this.declared ??= new Declarations(this.source.text);
    return this.declared;
  }
  private textPlace(range: Range | null): TextPlace | null {
    return range === null ? null : this.places.textPlace(range.start, range.end);
  }

  /** Boots the machine and brings it to the first form of the program, before anything has happened. */
  override start(): void {
    this.machine.boot();
    if (this.first === null) return;
    // What happens before the program begins is not the program's doing.
    this.stops.remove();
    this.machine.setBreakpoints([this.first]);
    const stop = this.machine.run(Number.MAX_SAFE_INTEGER);
    assert(stop.kind === "breakpoint", `the image did not reach its first form: ${stop.kind}`);
    this.stops.install();
  }
}
