import { historyRequest } from "../../../history/request.ts";

/** Custom request: the last time that what was at an address was freed. */
export const whoFreed = historyRequest("conspect/whoFreed", "freed");
