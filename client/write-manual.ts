import { Command } from "commander";
import { addCommands } from "./commands/program.ts";
import { manual } from "./manual.ts";

// Prints the manual page: npm run -s imagectl-man > imagectl.1; man -l imagectl.1
process.stdout.write(manual(addCommands(new Command("imagectl"), async () => undefined)));
