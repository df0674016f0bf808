import { historyRequest } from "../../../history/request.ts";

/** Custom request: the life of an object: allocation, counts, the end, and who took its place. */
export const biography = historyRequest("conspect/biography", "biography");
