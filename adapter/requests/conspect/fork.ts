import type { ForkAnswer } from "#wire";
import type { Context } from "../../context.ts";
import { errors, notes } from "../../errors.ts";
import { Run, type RunningProgram } from "../../run/run.ts";
import type { NoArguments, Request } from "../request.ts";

/**
 * Custom request: a copy of the machine as it stands, in a session of its own that the client is asked to start. The copy runs by itself, with its own outside;
 * the machine stays as it is.
 */
export const fork: Request<NoArguments> = {
  command: "conspect/fork",
  expects: {},
  capabilities: {},
  handle(context): ForkAnswer {
    context.stoppedEngine(this.command);
    const { environment } = context;
    const { program: original } = context.shared(this.command);
    if (original.engine === null) throw errors.imageAtRest(this.command);
    let print: (text: string) => void = () => {};
    const program = original.twin((text) => print(text));
    const problem = copied(original, program);
    if (problem !== null) {
      program.release();
      throw errors.cannotFork(problem);
    }
    const run = new Run(program, environment.clock, (closed) => environment.runs.remove(closed));
    print = (text) => run.print("stdout", text);
    run.standAsCopy();
    const machine = environment.runs.add(run);
    context.addCopy(run);
    context.afterResponse(() => offer(context, machine));
    return { machine };
  },
};

function copied({ engine: original, launch }: RunningProgram, { engine }: RunningProgram): string | null {
  engine.start();
  const problem = engine.takeStateOf(original);
  if (problem === null && launch.record && !launch.noDebug) engine.record(launch.recordMB);
  return problem;
}

/** Has the client start a session on the copy; one that cannot is told how. */
function offer(context: Context, machine: number): void {
  const { doors } = context.environment;
  const tell = (text: string) => {
    context.output.write("console", text);
    context.output.flush();
  };
  doors.listen(doors.first ?? 0, (opened) => {
    if ("problem" in opened) tell(`${opened.problem}\n`);
    else if (context.capabilities?.supportsStartDebuggingRequest !== true) tell(notes.copied(opened.port, machine));
    else {
      const name = `Copy ${machine} of ${context.launch("conspect/fork").target.path.split(/[/\\]/).at(-1)}`;
      const configuration = { type: "conspect", name, port: opened.port, machine };
      context.client.request("startDebugging", { request: "attach", configuration }, () =>
        tell(notes.copied(opened.port, machine)),
      );
    }
  });
}
