import { Command } from "commander";
import { addImportCommands } from "../../client/commands/import-commands.ts";

/** What `imagectl import …` or `imagectl mirror …` is called with for these words: its argument and its options. */
export async function parsedCommand<Options>(words: readonly string[]) {
  let given: unknown[] = [];
  const program = new Command("imagectl").exitOverride();
  addImportCommands(
    program,
    (parent, usage, description) => parent.command(usage).description(description).exitOverride(),
    () =>
      async (...args) => {
        given = args;
      },
    (command) => command,
  );
  await program.parseAsync([...words], { from: "user" });
  return { argument: given[0], options: given[1] as Options };
}
