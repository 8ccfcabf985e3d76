import { Command } from "commander";
import { expect, it } from "vitest";
import { addCommands } from "../../client/commands/program.ts";
import { manual } from "../../client/manual.ts";

const program = () => addCommands(new Command("imagectl"), async () => undefined);
const shown = (text: string) => text.replaceAll("\\-", "-");

function* all(command: Command, words: readonly string[] = []): Generator<[string, Command]> {
  for (const each of command.commands) {
    const path = [...words, each.name()];
    if (each.commands.length === 0) yield [path.join(" "), each];
    yield* all(each, path);
  }
}

it("the manual page has every command that the help shows, with its options", () => {
  const page = shown(manual(program()));
  const hidden = new Set(["help", "complete"]);
  const commands = [...all(program())].filter(([words]) => !hidden.has(words));
  expect(commands.length).toBeGreaterThan(25);
  const lost = commands.flatMap(([words, command]) => [
    ...(page.includes(`.SS ${words}`) ? [] : [words]),
    ...command.options
      .filter(({ flags, hidden }) => !hidden && !page.includes(flags))
      .map(({ flags }) => `${words} ${flags}`),
  ]);
  expect(lost).toEqual([]);
});

it("no text of the help is taken for a request of roff", () => {
  const requests = new Set([".TH", ".SH", ".SS", ".B", ".TP", ".PP", ".nf", ".fi"]);
  const lines = manual(program()).split("\n");
  const odd = lines.filter((line) => /^[.']/.test(line) && !requests.has(line.split(" ")[0] ?? ""));
  expect(odd).toEqual([]);
  expect(lines.filter((line) => /[^\x20-\x7e]/.test(line))).toEqual([]);
});
