/**
 * File calls that delete and rename. On {DSK} the names of the other versions are put right afterwards.
 * Source: instruction specification, section 2.12; reference VM, `UFS_deletefile`, `DSK_deletefile`, `DSK_renamefile`.
 */
import { type FilePort, isRefusal, type Refusal } from "../../ports.ts";
import type { Processor } from "../../processor.ts";
import { done, fileCall, nothing, pathAt } from "./device.ts";
import { joinPath, splitPath, splitVersion } from "./names.ts";
import {
  ensureDirectory,
  type Family,
  familyOf,
  maintainVersions,
  type Recognition,
  recognize,
  trueName,
} from "./versions.ts";

/** UFS-DELETEFILE (name, error): a file, or an empty directory. */
export const deleteUnixFile = fileCall(1, (m, argument) => {
  const { files } = m.ports;
  const path = pathAt(m, argument(0), false);
  if (isRefusal(path)) return path;
  const status = files.status(path);
  if (isRefusal(status)) return status;
  return done(status.kind === "directory" ? files.removeDirectory(path) : files.remove(path));
});

/** UFS-RENAMEFILE (old name, new name, error) */
export const renameUnixFile = fileCall(2, (m, argument) => {
  const from = pathAt(m, argument(0), false);
  if (isRefusal(from)) return from;
  const to = pathAt(m, argument(1), false);
  return isRefusal(to) ? to : done(m.ports.files.rename(from, to));
});

/** A file of {DSK} with its family. */
interface Found {
  readonly family: Family;
  readonly actual: string;
}

function find(m: Processor, path: string, how: Recognition): Found | Refusal {
  const { directory, name } = splitPath(path);
  const place = trueName(m.ports.files, directory);
  if (isRefusal(place)) return place;
  const family = familyOf(m.ports.files, place.path, name);
  if (isRefusal(family)) return family;
  const found = recognize(family, splitVersion(name).version, how);
  return found === null ? nothing() : { family, actual: found.actual };
}

/** Takes the second name off a file that is about to go: the versionless one of the version `actual`, or the other way round. */
function takeSecondName(files: FilePort, { family, actual }: Found): { isTaken: boolean } | Refusal {
  const { directory, versionless, linked } = family;
  if (versionless === null || linked === null || actual !== joinPath(directory, linked.name)) return { isTaken: false };
  return files.remove(joinPath(directory, versionless)) ?? { isTaken: true };
}

/** DSK-DELETEFILE (name, error) */
export const deleteDiskFile = fileCall(1, (m, argument) => {
  const { files } = m.ports;
  const path = pathAt(m, argument(0), true);
  if (isRefusal(path)) return path;
  const found = find(m, path, "oldest");
  if (isRefusal(found)) return found;
  const second = takeSecondName(files, found);
  if (isRefusal(second)) return second;
  const refusal = files.remove(found.actual);
  if (refusal !== null || !second.isTaken) return done(refusal);
  return done(maintainVersions(files, found.actual, false));
});

/** DSK-RENAMEFILE (old name, new name, error) */
export const renameDiskFile = fileCall(2, (m, argument) => {
  const { files } = m.ports;
  const from = pathAt(m, argument(0), true);
  if (isRefusal(from)) return from;
  const to = pathAt(m, argument(1), true);
  if (isRefusal(to)) return to;
  const target = prepareTarget(m, to);
  if (isRefusal(target)) return target;
  const source = find(m, from, "old");
  if (isRefusal(source)) return source;
  const second = takeSecondName(files, source);
  if (isRefusal(second)) return second;
  const refusal = files.rename(source.actual, target) ?? maintainVersions(files, target, false);
  if (refusal !== null || !second.isTaken) return done(refusal);
  return done(maintainVersions(files, source.actual, false));
});

/** The path that a renamed file gets. A versionless file that is alone there becomes version 1 first. */
function prepareTarget(m: Processor, path: string): string | Refusal {
  const { files } = m.ports;
  const { directory, name } = splitPath(path);
  const place = ensureDirectory(files, directory);
  if (isRefusal(place)) return place;
  const refusal = maintainVersions(files, joinPath(place, name), false);
  if (refusal !== null) return refusal;
  const target = find(m, joinPath(place, name), "new");
  if (isRefusal(target)) return target;
  const { versionless, versions } = target.family;
  if (versionless === null) return target.actual;
  const own = joinPath(place, versionless);
  if (versions.length === 0) {
    if (target.actual === own) return own;
    return files.rename(own, joinPath(place, `${versionless}.~1~`)) ?? target.actual;
  }
  const second = takeSecondName(files, target);
  return isRefusal(second) ? second : target.actual;
}
