import type { DebugProtocol } from "@vscode/debugprotocol";
import { FILTERS } from "../../breakpoints/filters.ts";
import { breakpointBody, wishOf } from "../../convert.ts";
import { checkField, type Request } from "../request.ts";

const filters: DebugProtocol.ExceptionBreakpointsFilter[] = FILTERS.map((row) => ({
  filter: row.filter,
  label: row.label,
  description: row.description,
  default: row.default,
  supportsCondition: true,
  conditionDescription: `Lisp expression over ${[...row.fields, "site", "function", "line"].join(", ")} and variables`,
}));

/** Events to stop at. `filters` name some, `filterOptions` name some with a condition; VS Code uses the latter only. */
export const setExceptionBreakpoints: Request<DebugProtocol.SetExceptionBreakpointsArguments> = {
  command: "setExceptionBreakpoints",
  expects: { filters: "texts?", filterOptions: "objects?" },
  capabilities: { exceptionBreakpointFilters: filters, supportsExceptionFilterOptions: true },
  handle(context, args) {
    const options = (args.filterOptions ?? []).map((option) => {
      checkField(this.command, "filterOptions.filterId", "text", option.filterId);
      return { ...wishOf(this.command, option), filter: option.filterId };
    });
    const wishes = [...(args.filters ?? []).map((filter) => ({ filter })), ...options];
    const states = context.breakpoints.setFilters(wishes);
    return { breakpoints: states.map((state) => breakpointBody(context, state)) };
  },
};
