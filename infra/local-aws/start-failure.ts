import type { Advice } from "./advice.ts";
import { ownValue } from "./own-value.ts";

/** Something the user can mend: the start prints its message as one line, changes nothing more and exits with 1. */
export class StartFailure extends Error {}

/** The message of whatever was thrown, on one line. */
export const oneLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, " ");

const remedies: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full: free some space there, and start again; what is stored stays",
  EDQUOT: "the disk quota is used up: free some space there, and start again; what is stored stays",
  EROFS: "it is on a read-only file system: make that writable",
  EACCES: "this user may not use it: give it to this user (chown -R)",
  EPERM: "this user may not change it: give it to this user (chown -R)",
  EISDIR: "a folder is where a file should be: move it away",
  ENOTDIR: "a file is where a folder should be: move it away",
  EIO: "the disk does not answer as it should: look into the system's log",
  EMFILE: "too many files are open: raise the limit (ulimit -n)",
};

/** Another folder helps against these. */
const boundToFolder = new Set(["EROFS", "EACCES", "EPERM"]);

/** LevelDB gives its errors of the system as text only. */
const codesInText: readonly (readonly [RegExp, string])[] = [
  [/No space left on device/, "ENOSPC"],
  [/Read-only file system/, "EROFS"],
  [/Permission denied/, "EACCES"],
  [/Not a directory/, "ENOTDIR"],
  [/Is a directory/, "EISDIR"],
];

/** The system's code for what went wrong, of the error or of what caused it; undefined for other errors. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== undefined && Object.hasOwn(remedies, code)) return code;
  return codesInText.find(([form]) => form.test(message))?.[1] ?? systemCode(error.cause);
}

/** Where an error of the system happened, as far as it says so. */
export function placeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  // Of a rename the file that should be replaced: the other one is a draft of ours.
  const { dest, path } = error as NodeJS.ErrnoException & { dest?: string };
  return dest ?? path ?? placeOf(error.cause);
}

/** One line for the user: what went wrong where, and what to do. */
export function explained(error: unknown, place: string, { otherFolder }: Advice = {}): string {
  const code = systemCode(error);
  if (code === undefined) return oneLine(error);
  const elsewhere = otherFolder !== undefined && boundToFolder.has(code) ? `, or ${otherFolder}` : "";
  return `${placeOf(error) ?? place}: ${ownValue(remedies, code)}${elsewhere} (${code})`;
}
