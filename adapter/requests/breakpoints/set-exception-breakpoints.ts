import type { DebugProtocol } from "@vscode/debugprotocol";
import {
  BREAK_MODES,
  chosenByOptions,
  type ExceptionOption,
  unknownName,
} from "../../breakpoints/filters/exception-options.ts";
import { FILTER_IDS, FILTERS } from "../../breakpoints/filters/filters.ts";
import { errors } from "../../errors.ts";
import { breakpointBody, wishOf } from "../../presentation/convert.ts";
import { checkField, type Request } from "../request.ts";

const filters: DebugProtocol.ExceptionBreakpointsFilter[] = FILTERS.map((row) => ({
  filter: row.filter,
  label: row.label,
  description: row.description,
  default: row.default,
  supportsCondition: true,
  conditionDescription: `Lisp expression over ${[...row.fields, "site", "function", "line"].join(", ")} and variables`,
}));

/** An option as a client writes it. @throws {RequestError} */
function optionOf(given: DebugProtocol.ExceptionOptions): ExceptionOption {
  const command = setExceptionBreakpoints.command;
  const { path = [], breakMode } = given;
  checkField(command, "exceptionOptions.path", "objects?", given.path);
  if (!BREAK_MODES.includes(breakMode)) {
    throw errors.badArgument(command, "exceptionOptions.breakMode", BREAK_MODES.join(", "), breakMode);
  }
  const steps = path.map(({ names, negate }) => {
    checkField(command, "exceptionOptions.path.names", "texts?", names);
    checkField(command, "exceptionOptions.path.negate", "claim?", negate);
    return { names: names ?? [], isNegated: negate === true };
  });
  const option = { path: steps, breakMode };
  const stranger = unknownName(option);
  if (stranger !== null) throw errors.badExceptionPath(stranger, FILTER_IDS);
  return option;
}

/**
 * Events to stop at. `filters` name some, `filterOptions` name some with a condition (VS Code uses these only), `exceptionOptions` name some by paths.
 * A filter that is named in several ways holds in each of them.
 */
export const setExceptionBreakpoints: Request<DebugProtocol.SetExceptionBreakpointsArguments> = {
  command: "setExceptionBreakpoints",
  expects: { filters: "texts?", filterOptions: "objects?", exceptionOptions: "objects?" },
  capabilities: {
    exceptionBreakpointFilters: filters,
    supportsExceptionFilterOptions: true,
    supportsExceptionOptions: true,
  },
  handle(context, args) {
    const options = (args.filterOptions ?? []).map((option) => {
      checkField(this.command, "filterOptions.filterId", "text", option.filterId);
      return { ...wishOf(this.command, option), filter: option.filterId };
    });
    const byPath = chosenByOptions((args.exceptionOptions ?? []).map(optionOf));
    const wishes = [...(args.filters ?? []).map((filter) => ({ filter })), ...options, ...byPath];
    const states = context.breakpoints.setFilters(wishes);
    return { breakpoints: states.map((state) => breakpointBody(context, state)) };
  },
};
