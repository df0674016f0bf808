import { historyRequest } from "../../../history/request.ts";

/** Custom request: the last changes of the reference count of an object. */
export const whoCounted = historyRequest("conspect/whoCounted", "counted");
