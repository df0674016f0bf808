import { historyRequest } from "../../../history/request.ts";

/** Custom request: the allocation of what is, or was, at an address. */
export const whoAllocated = historyRequest("conspect/whoAllocated", "allocated");
