/** The folder for what is being received or removed, beside the images. No key begins with a dot. */
export const INCOMING = ".incoming";

/** Whether a file of this name is an image's: no path, nothing hidden, and no longer than names may be. */
export const isFileKey = (name: string): boolean => /^[0-9A-Za-z][0-9A-Za-z._-]{0,199}$/.test(name);
