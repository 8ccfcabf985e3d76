/** Longest id or name in Keystone's own schema. */
export const MAX_NAME_LENGTH = 255;
