import type { Command } from "commander";
import type { Context } from "./context.ts";
import type { Result } from "./result.ts";

/** Adds a command with the options that all have. */
export type Add = (parent: Command, usage: string, description: string) => Command;

/** What commander calls for a command: its arguments, then its options. */
export type Act = <Arguments extends unknown[]>(
  command: (context: Context, ...args: Arguments) => Promise<Result>,
) => (...given: unknown[]) => Promise<void>;
