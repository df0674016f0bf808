/** What is recorded of a run, as plain values for a file. */
import type { IndexSteps } from "../../base/steps.ts";
import type { CodeBlock } from "../../isa/code-block.ts";
import type { CodeDirectory } from "../../objects/code/code-directory.ts";
import type { Machine } from "../../vm/machine.ts";
import { digestSteps } from "../../vm/state/digest.ts";
import type { Checkpoint } from "../checkpoint.ts";
import type { MemoryLayers } from "../checkpoints.ts";
import type { InputLog } from "../input-log.ts";
import { compareMoments } from "../moment.ts";
import { firstPages, memoryAt, pagesOf } from "./past-memory.ts";
import type { RecordedPages, RecordedRun, RecordedState } from "./recording.ts";

/** A run that is recorded, with the machine somewhere in it. */
export interface RunToTake {
  readonly machine: Machine;
  readonly layers: MemoryLayers;
  readonly log: InputLog;
  /** The last moment. */
  readonly end: RecordedRun["end"];
}

/** @param made a machine that was just made of the same program: the recording says what is different; null where the recording holds all of memory */
export function* takeRun({ machine, layers, log, end }: RunToTake, made: Machine | null): IndexSteps<RecordedRun> {
  const { list } = layers;
  const known = made?.code.save() ?? new Map();
  const first = list[0] as Checkpoint;
  const pages = yield* firstPages(layers, made?.memory.bytes ?? null);
  const { inputs, first: firstInput } = log.contents();
  const stateOf = (point: Checkpoint, before: Checkpoint, changed: RecordedPages) =>
    state(point, before, changed, known, firstInput);
  const beginning = stateOf(first, first, pages);
  const cuts = list.flatMap((point, i) =>
    point.cut === null ? [] : [stateOf(point, list[i - 1] ?? point, pagesOf(layers, i))],
  );
  return {
    made: made === null ? null : yield* digestSteps(made.memory.bytes, made.saveState()),
    inputs,
    // The first checkpoint may itself be what somebody made of the machine.
    states: [beginning, ...(first.cut === null ? cuts : cuts.slice(1))],
    end,
    ...(yield* atEnd(machine, layers, end)),
  };
}

function* atEnd(
  machine: Machine,
  layers: MemoryLayers,
  end: RecordedRun["end"],
): IndexSteps<Pick<RecordedRun, "isOver" | "digest">> {
  if (compareMoments(machine.moment(), end) === 0) {
    const state = machine.saveState();
    return { isOver: state.ended !== null, digest: yield* digestSteps(machine.memory.bytes, state) };
  }
  const last = layers.list.length - 1;
  const point = layers.list[last] as Checkpoint;
  if (compareMoments(point.moment, end) !== 0) return { isOver: false, digest: null };
  return { isOver: point.machine.ended !== null, digest: yield* digestSteps(memoryAt(layers, last), point.machine) };
}

function state(
  point: Checkpoint,
  before: Checkpoint,
  pages: RecordedPages,
  known: ReturnType<CodeDirectory["save"]>,
  firstInput: number,
): RecordedState {
  const { ports: _, ...machine } = point.machine;
  const code = [...point.code.values()].filter(({ header, block }) => !isSameCode(known.get(header)?.block, block));
  return {
    from: before.moment,
    what: point.cut ?? "",
    pages,
    machine,
    manager: point.manager,
    code,
    input: { ...point.input, inputs: point.input.inputs - firstInput },
  };
}

/** Code of the program is made again with the machine. */
function isSameCode(known: CodeBlock | undefined, block: CodeBlock): boolean {
  return known !== undefined && known.name === block.name && String(known.bytes) === String(block.bytes);
}
