/** The door of the room for the shells that run as processes of this computer (`#host`). */
export { FileError, type OpenedFile, openImageFile } from "./image-file.ts";
export * from "./ports.ts";
export { readRecording, saveRecording } from "./recordings.ts";
export { SaveError, saveImage } from "./save-image.ts";
