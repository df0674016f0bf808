/**
 * An image that runs under the debugger: a machine without source text. Expressions read the image, as they do in one that is dead; the console may also call its
 * compiled functions. Other chains of frames than the running one are threads that stand still.
 */
import type { Pointer, StackOffset, WordAddress } from "../../base/units.ts";
import type { FrameContext } from "../../inspect/image-view.ts";
import { DEFAULT_MANAGER } from "../../managers/catalog.ts";
import { POINTER_MASK } from "../../memory/layout.ts";
import type { ImageFile } from "../../memory/sysout/image-file.ts";
import { openSysout } from "../../memory/sysout/open-sysout.ts";
import { fixpFits } from "../../objects/numbers.ts";
import type { RecordedProgram } from "../../timeline/recording/recording.ts";
import type { Moment } from "../../vm/events.ts";
import { makeFloat, makeInteger } from "../../vm/image/datum.ts";
import { type StartOptions, startSysout } from "../../vm/image/start-sysout.ts";
import type { Machine } from "../../vm/machine.ts";
import { messageOf, SAFEPOINTS } from "../evaluation/evaluation.ts";
import type { CulpritSearch } from "../program/culprit.ts";
import { Places } from "../program/places.ts";
import { ReplayableDebuggee } from "../replayable.ts";
import {
  type FrameView,
  MAIN_THREAD,
  type Motion,
  type StepGranularity,
  type StepKind,
  type ThreadView,
} from "../types.ts";
import { viewOf } from "../view.ts";
import { ChainStack } from "./chain-stack.ts";
import type { Acting } from "./expressions/expression.ts";
import { imageEvaluator } from "./expressions/image-evaluator.ts";
import { pointerTo, type Value } from "./expressions/value.ts";

const MEGABYTE = 1 << 20;
const REFUSAL = "it is called from the debug console only, which keeps what it does";

export interface RunOptions extends StartOptions {
  /** Size of the address space; null: what the image says. */
  readonly megabytes: number | null;
}

export class RunningImage extends ReplayableDebuggee {
  private readonly program: RecordedProgram;
  private readonly isBooted: boolean;
  /** Found when it is asked for; gone when the machine moves. */
  private chains: ChainStack | null = null;

  /** @throws {ImageError} for an image that cannot run */
  static load(file: ImageFile, { megabytes, ...options }: RunOptions): RunningImage {
    const opened = openSysout(file, megabytes === null ? { purpose: "run" } : { purpose: "run", megabytes });
    const machine = startSysout(opened, options);
    return new RunningImage(machine, {
      kind: "image",
      path: file.name,
      manager: DEFAULT_MANAGER,
      managerOptions: options.managerOptions,
      megabytes: machine.memory.sizeBytes / MEGABYTE,
      file: null,
    });
  }

  /** @param isBooted the machine stands in the middle of a run */
  constructor(machine: Machine, recipe: RecordedProgram, isBooted = false) {
    const evaluator = imageEvaluator(() => viewOf(machine), { acting: actingOn(machine), refusal: () => REFUSAL });
    super(machine, new Places(machine.code, null), evaluator, []);
    this.program = recipe;
    this.isBooted = isBooted;
  }

  override recipe(): RecordedProgram {
    return this.program;
  }
  override start(): void {
    if (this.isBooted) this.stops.install();
    else super.start();
  }

  override continue(): Motion {
    return this.moving(super.continue());
  }
  override step(kind: StepKind, granularity: StepGranularity): Motion {
    return this.moving(super.step(kind, granularity));
  }
  override reverseContinue(): Motion | null {
    const motion = super.reverseContinue();
    return motion === null ? null : this.moving(motion);
  }
  override stepBack(granularity: StepGranularity): Motion | null {
    const motion = super.stepBack(granularity);
    return motion === null ? null : this.moving(motion);
  }
  override goTo(moment: Moment): Motion | null {
    const motion = super.goTo(moment);
    return motion === null ? null : this.moving(motion);
  }
  override findCulprit(): CulpritSearch | null {
    const search = super.findCulprit();
    return search === null ? null : { ...search, motion: this.moving(search.motion) };
  }
  override intervene<T>(what: string, work: () => T, isRefused?: (result: T) => boolean): T {
    this.chains = null;
    return super.intervene(what, work, isRefused);
  }
  /** Somebody may ask for the threads between two slices: what was found then is not true later. */
  private moving(motion: Motion): Motion {
    return {
      ...motion,
      run: (safepoints) => {
        this.chains = null;
        return motion.run(safepoints);
      },
    };
  }

  override threads(): readonly ThreadView[] {
    return this.stillChains().threads();
  }
  override stack(
    start: number,
    count: number,
    thread = MAIN_THREAD,
  ): { readonly frames: readonly FrameView[]; readonly total: number } {
    return thread === MAIN_THREAD ? super.stack(start, count) : this.stillChains().stack(start, count, thread);
  }
  protected override contextOf(frame: StackOffset | null): FrameContext | null {
    return super.contextOf(frame) ?? this.stillChains().context(frame);
  }
  protected override headers(): Iterable<WordAddress> {
    return [...super.headers(), ...this.stillChains().headers()];
  }

  private stillChains(): ChainStack {
    this.chains ??= new ChainStack(this.view());
    return this.chains;
  }
}

function actingOn(machine: Machine): Acting {
  return {
    call(header: Pointer, args: readonly Pointer[], fail: (message: string) => null): Value | null {
      const result = machine.invoke(header, args, SAFEPOINTS.act);
      return result.kind === "stop" ? fail(messageOf(result.reason)) : pointerTo(result.value & POINTER_MASK);
    },
    makeNumber: (value) => (fixpFits(value) ? makeInteger(machine, value) : makeFloat(machine, value)),
  };
}
