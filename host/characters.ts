/** The character port on plain files, read and written in order. Terminals and other devices are not opened. */
import { type CharacterPort, type FilePort, isRefusal, type Refusal, UNIX_ERROR } from "#core";

interface Channel {
  /** Byte of the file where the next transfer begins. */
  position: number;
  readonly access: "input" | "output" | "append" | "both";
}

const NOT_OPEN: Refusal = { refused: UNIX_ERROR.badFileNumber };

export function charactersOf(files: FilePort): CharacterPort {
  const channels = new Map<number, Channel>();
  return {
    open(path, access) {
      const isInput = access === "input";
      const how = { access: isInput ? "read" : "update", create: !isInput, truncate: false } as const;
      const file = files.open(path, how);
      if (!isRefusal(file)) channels.set(file, { position: 0, access });
      return file;
    },
    read(number, lengthBytes) {
      const channel = channels.get(number);
      if (channel === undefined || channel.access === "output") return NOT_OPEN;
      const bytes = files.read(number, channel.position, lengthBytes);
      if (!isRefusal(bytes)) channel.position += bytes.length;
      return bytes;
    },
    write(number, bytes) {
      const channel = channels.get(number);
      if (channel === undefined) return NOT_OPEN;
      if (channel.access === "append") {
        const status = files.statusOf(number);
        if (isRefusal(status)) return status;
        channel.position = status.sizeBytes;
      }
      const refusal = files.write(number, channel.position, bytes);
      if (refusal !== null) return refusal;
      channel.position += bytes.length;
      return bytes.length;
    },
    close(number) {
      if (!channels.delete(number)) return NOT_OPEN;
      return files.close(number);
    },
  };
}
