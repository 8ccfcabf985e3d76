import { type Command, Option } from "commander";
import { importMethods } from "../../shared/images/domain/import-work.ts";
import { taskStatuses } from "../../shared/images/domain/task.ts";
import { collect } from "./collect.ts";
import type { Act, Add } from "./command-parts.ts";
import { importHelp, mirrorHelp, taskHelp } from "./help-texts.ts";
import { importImage } from "./import.ts";
import { mirrorImages } from "./mirror.ts";
import { listTasks, showTask } from "./task.ts";

/** `imagectl import`, `imagectl mirror` and `imagectl task …`. `withAttributes` adds what an image can be given. */
export function addImportCommands(
  program: Command,
  add: Add,
  act: Act,
  withAttributes: (command: Command) => Command,
): void {
  withAttributes(
    add(program, "import <source>", "have the service fetch a URL, take what is staged, or copy"),
  )
    .option("--id <image>", "fetch into this queued image (id or name) instead of making one")
    .addOption(
      new Option("--method <method>", "chosen by what is imported when not given").choices(importMethods),
    )
    .option("--store <store>", "where the image goes, repeatable", collect)
    .option("--all-stores", "into every store that takes images")
    .option("--allow-failure", "some of the stores may fail")
    .option("--checksum <kind:hex>", "what the bytes must have, e.g. sha256:9f86…")
    .option("--region <region>", "of the other Glance that glance-download takes the image from")
    .option("--remote-interface <interface>", "of that Glance: public unless given")
    .option("--no-wait", "leave it to the service once it has begun")
    .addHelpText("after", importHelp)
    .action(act(importImage));

  add(program, "mirror <files...>", "keep cloud images up to date, as files or folders of them define")
    .option("--only <name>", "only the image of that name, enabled or not, repeatable", collect)
    .option("--latest", "only the newest version of each")
    .option("--hide", "hide older versions from lists")
    .option("--keep <n>", "delete versions that the files name no more, but for the newest n")
    .option("--unverified", "also versions of which no checksum is known, or can be compared")
    .option("--store <store>", "where new images go, repeatable", collect)
    .option("--tag <tag>", "of all images of this mirror: managed_by_imagectl unless given")
    .option("--parallel <n>", "imports at one time: 4 unless given")
    .option("--dry-run", "only show what would be done")
    .addHelpText("after", mirrorHelp)
    .action(act(mirrorImages));

  const task = program
    .command("task")
    .description("imports, running and past")
    .addHelpText("after", taskHelp);
  add(task, "list", "tasks, the newest first; all of them for admins")
    .option("--image <image>", "those of this image, by id or name")
    .addOption(new Option("--status <status>", "only those in this state").choices(taskStatuses))
    .option("--limit <n>", "at most that many")
    .action(act(listTasks));
  add(task, "show <task>", "everything about one task (admins)").action(act(showTask));
}
