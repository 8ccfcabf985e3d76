import { readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import tab from "@bomb.sh/tab/commander";
import type { Command } from "commander";
import { type ConfigSources, readCloudFile } from "../openstack/config-files.ts";

/** A shell asks with `complete -- WORDS…` while one types; `complete SHELL` prints its script. */
export const isCompletion = (argv: readonly string[]): boolean => argv[2] === "complete";

/** What a shell takes as it stands: the scripts hand the line on unquoted, and a name must never be run. */
const isPlainWord = (text: string): boolean => /^[\p{L}\p{N}@%+=:,./_-]+$/u.test(text);

/**
 * The script of bash counts on this function of the package bash-completion; here is a plain one for machines without.
 */
const bashWords = `declare -F _get_comp_words_by_ref >/dev/null || _get_comp_words_by_ref() {
    words=("\${COMP_WORDS[@]}") cword=$COMP_CWORD
    cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]}
}
`;

/** Names of clouds; none where the files cannot be read: a shell has no place for messages. */
async function cloudNames(where: ConfigSources): Promise<readonly string[]> {
  const file = await readCloudFile(where).catch(() => undefined);
  return Object.keys(file?.clouds ?? {});
}

/** Files and folders that begin like the word. The shell's own completion of files is off while ours answers. */
function paths(word: string, cwd: string): readonly string[] {
  const folder = word.endsWith("/") ? word : dirname(word);
  const before = word.includes("/") ? folder : "";
  try {
    return readdirSync(resolve(cwd, folder), { withFileTypes: true }).map(
      (entry) => `${join(before, entry.name)}${entry.isDirectory() ? "/" : ""}`,
    );
  } catch {
    return [];
  }
}

/**
 * Adds `complete SHELL`, which prints a shell's script, and `complete -- WORDS…`, which that script asks. Clouds are read
 * from clouds.yaml, files from the disk; nothing is ever asked of a cloud.
 */
export async function addCompletion(
  program: Command,
  words: readonly string[],
  where: ConfigSources,
): Promise<void> {
  if (words.at(-1) === "bash" && words.at(-2) === "complete") process.stdout.write(bashWords);
  const clouds = await cloudNames(where);
  const files = () => paths(words.at(-1)?.replace(/^--[\w-]+=/, "") ?? "", where.cwd);
  const offer = (values: () => readonly string[]) => (complete: (value: string, about: string) => void) => {
    for (const value of values().filter(isPlainWord)) complete(value, "");
  };
  const takesFile = new Set<string>();
  const visit = (command: Command) => {
    for (const { long, flags } of command.options) {
      if (long && /<(file|folder)>/.test(flags)) takesFile.add(long.slice(2));
    }
    for (const below of command.commands) visit(below);
  };
  visit(program);
  const root = tab(program);
  for (const command of [root, ...root.commands.values()]) {
    for (const [name, option] of command.options) {
      if (name === "os-cloud") option.handler = offer(() => clouds);
      else if (takesFile.has(name)) option.handler = offer(files);
    }
    for (const [name, argument] of command.arguments) {
      if (/^(file|folder)/.test(name)) argument.handler = offer(files);
    }
  }
}
