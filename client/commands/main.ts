import { Command, CommanderError } from "commander";
import { exitCodes } from "../terminal/exit-codes.ts";
import { explain } from "../terminal/explain.ts";
import { interruptSignal } from "../terminal/interrupts.ts";
import { addCompletion, isCompletion } from "./completion.ts";
import { type Context, createContext, type GlobalOptions, ownConfigSources } from "./context.ts";
import { addCommands } from "./program.ts";
import type { Result } from "./result.ts";

/** All of it, before the process may end: a pipe takes its time. */
const write = (stream: NodeJS.WriteStream, text: string): Promise<void> =>
  new Promise((resolve) => {
    stream.write(text, () => resolve());
  });

const wantsJson = (words: readonly string[]) => words.includes("--json");

/** Runs one command line and ends the process with one of `exitCodes`. */
export async function main(argv: readonly string[]): Promise<void> {
  const signal = interruptSignal();
  // Whoever reads may leave before us.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  let code: number = exitCodes.done;

  /** Ends with its exit code, and says why. */
  const tell = async (error: unknown, isJson: boolean) => {
    const { message, exitCode, resume } = explain(error);
    code = exitCode;
    const failure = { message, exit_code: exitCode, ...(resume === undefined ? {} : { resume }) };
    const line = isJson ? JSON.stringify({ error: failure }) : `imagectl: ${message}`;
    await write(process.stderr, `${line}\n`);
    return failure;
  };

  const run = async (
    options: GlobalOptions,
    dataOnStdout: boolean,
    command: (context: Context) => Promise<Result>,
  ) => {
    const result = await command(createContext(options, signal));
    // Standard error has one document a line then: progress, notes, and at last this.
    const indent = dataOnStdout ? undefined : 2;
    const text = options.json ? JSON.stringify(result.json, null, indent) : result.text;
    // Data of an image went there: what is said about it must not.
    if (text !== "") await write(dataOnStdout ? process.stderr : process.stdout, `${text}\n`);
    if (result.failure !== undefined) await tell(result.failure, options.json === true);
  };

  // Before the commands are added: they inherit it.
  const program = addCommands(new Command("imagectl").exitOverride(), run);
  try {
    if (isCompletion(argv)) await addCompletion(program, argv, ownConfigSources());
    await program.parseAsync([...argv]);
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help and version are no failures; anything else was told by commander itself.
      code = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    } else {
      const failure = await tell(error, wantsJson(argv));
      if (wantsJson(argv)) await write(process.stdout, `${JSON.stringify({ error: failure }, null, 2)}\n`);
    }
  }
  // Not left to the event loop: an input pipe, or a connection to a silent server, would hold it.
  process.exit(code);
}
