import type { Command } from "commander";
import { version } from "./version.ts";

/** Text as roff takes it: no line is a request, a backslash and a dash are themselves. */
const plain = (text: string): string =>
  text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("…", "...")
    .replaceAll("’", "'")
    .replace(/^([.'])/gm, "\\&$1");

const commandsOf = (command: Command): Command[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .filter((each) => each.name() !== "help");

/** The command and all below it that do something, each with its words. */
function leaves(command: Command, words: readonly string[]): { words: string; command: Command }[] {
  const below = commandsOf(command);
  if (below.length === 0) return [{ words: words.join(" "), command }];
  return below.flatMap((each) => leaves(each, [...words, each.name()]));
}

function options(command: Command, known: ReadonlySet<string>): string[] {
  const help = command.createHelp();
  return help
    .visibleOptions(command)
    .filter(({ flags }) => !known.has(flags))
    .flatMap((option) => [
      ".TP",
      `.B ${plain(option.flags)}`,
      plain(help.optionDescription(option)) || "\\&",
    ]);
}

/** What `addHelpText` put after a command's own help. */
function afterHelp(command: Command): string {
  let text = "";
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  return text.slice(text.indexOf(command.helpInformation()) + command.helpInformation().length).trim();
}

const examples = (command: Command): string[] => {
  const text = afterHelp(command);
  return text === "" ? [] : [".PP", ".nf", plain(text), ".fi"];
};

/** The manual page in man(7) form, made from the commands' own help. */
export function manual(program: Command): string {
  const common = new Set(
    program
      .createHelp()
      .visibleOptions(program)
      .map(({ flags }) => flags),
  );
  const groups = [program, ...commandsOf(program)].filter((each) => commandsOf(each).length > 0);
  return [
    `.TH IMAGECTL 1 "" "imagectl ${version}" "User Commands"`,
    ".SH NAME",
    "imagectl \\- parallel, resumable upload and download of OpenStack images",
    ".SH SYNOPSIS",
    ".B imagectl",
    "COMMAND [OPTION]...",
    ".SH DESCRIPTION",
    plain(program.description()),
    ".SH OPTIONS",
    "Every command takes these.",
    ...options(program, new Set()),
    ".SH COMMANDS",
    ...leaves(program, []).flatMap(({ words, command }) => [
      `.SS ${plain(`${words} ${command.usage()}`)}`,
      plain(command.description()),
      ...options(command, common),
      ...(groups.includes(command) ? [] : examples(command)),
    ]),
    ...groups
      .slice(1)
      .flatMap((group) => [
        `.SH ${plain(group.name().toUpperCase())}`,
        plain(group.description()),
        ...examples(group),
      ]),
    ".SH EXAMPLES, FILES, EXIT STATUS",
    ...examples(program).slice(1),
    "",
  ].join("\n");
}
