import { type Command, Option } from "commander";
import { checkImageMetadefs } from "./check-metadefs.ts";
import { collect } from "./collect.ts";
import type { Act, Add } from "./command-parts.ts";
import { exportMetadefs } from "./export-metadefs.ts";
import { metadefsHelp } from "./help-texts.ts";
import { loadMetadefs } from "./load-metadefs.ts";
import { unloadMetadefs } from "./unload-metadefs.ts";

/** `imagectl metadefs …`. */
export function addMetadefCommands(program: Command, add: Add, act: Act): void {
  const metadefs = program
    .command("metadefs")
    .description("metadata definitions from and to files, and images compared with them")
    .addHelpText("after", metadefsHelp);
  add(
    metadefs,
    "load [files...]",
    "load definition files, or folders of them; /etc/glance/metadefs when none are named",
  )
    .option("--merge", "add what is missing in namespaces that are there")
    .option("--prefer-new", "with --merge: also change what is there into what the files say")
    .addOption(new Option("--prefer_new").hideHelp())
    .option("--overwrite", "with --merge: replace namespaces that are there as a whole")
    .option("--dry-run", "only show what would be done")
    .action(act(loadMetadefs));
  add(metadefs, "check <image>", "say which properties of an image contradict the definitions").action(
    act(checkImageMetadefs),
  );
  add(metadefs, "export <folder>", "write one file for each namespace that you can see")
    .option("--namespace <name>", "only this one, repeatable", collect)
    .option("--resource-type <type>", "only those for this resource type, repeatable", collect)
    .action(act(exportMetadefs));
  add(
    metadefs,
    "unload [namespaces...]",
    "delete these namespaces with all that they contain, or all that there are",
  )
    .option("--yes", "do it; without it they are only shown")
    .option("--force", "also those that are protected")
    .action(act(unloadMetadefs));
}
