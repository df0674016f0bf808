/** The door of the room for the shells that run as processes of this computer (`#host`). */
export { type OpenedCheckout, openCheckout } from "./checkout.ts";
export { FileError, type OpenedFile, openImageFile } from "./images/image-file.ts";
export { findImage, takeWithoutImage } from "./images/recorded-image.ts";
export { readRecording, saveRecording } from "./images/recordings.ts";
export { SaveError, saveImage } from "./images/save-image.ts";
export * from "./ports.ts";
