import { shellWords } from "./shell-words.ts";

/** How this program was called: through npm in a clone, or by its name. */
const program: readonly string[] =
  process.env.npm_lifecycle_event === "imagectl" ? ["npm", "run", "-s", "imagectl", "--"] : ["imagectl"];

/** A command line of this program that can be pasted into the shell it was called from. */
export const commandLine = (...words: readonly string[]): string => shellWords([...program, ...words]);
