import { historyRequest } from "../../../history/request.ts";

/** Custom request: the last writes into a cell or a range, and with which values. */
export const whoWrote = historyRequest("conspect/whoWrote", "wrote");
