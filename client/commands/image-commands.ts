import { type Command, Option } from "commander";
import { collect } from "./collect.ts";
import type { Act, Add } from "./command-parts.ts";
import { imageHelp, memberHelp } from "./help-texts.ts";
import { bringBackImage, deleteImages, setActive, setImage, showImage } from "./image.ts";
import { listedVisibilities, listImages, memberStatuses, statuses } from "./image-list.ts";
import { addMember, answerOffer, listMembers, removeMember } from "./member.ts";
import { showProvenance } from "./provenance.ts";
import { showUsage } from "./usage.ts";

/** `imagectl image …`. `withAttributes` adds what an image can be given. */
export function addImageCommands(
  program: Command,
  add: Add,
  act: Act,
  withAttributes: (command: Command) => Command,
): void {
  const image = program
    .command("image")
    .description("list, show, change, share, delete and bring back images")
    .addHelpText("after", imageHelp);
  add(image, "list", "images that you can see")
    .option("--name <name>", "only those of that name")
    .addOption(new Option("--status <status>", "only those in this state").choices(statuses))
    .addOption(
      new Option("--visibility <visibility>", "only those seen by these").choices(listedVisibilities),
    )
    .addOption(
      new Option("--member-status <status>", "of those shared with you, only these").choices(memberStatuses),
    )
    .option("--tag <tag>", "only those with this tag, repeatable", collect)
    .option("--owner <project>", "only those of this project, by name or id")
    .option("--property <key=value>", "only those with this property, repeatable", collect)
    .option("--hidden", "those that are hidden from lists, instead of the others")
    .option("--sort <keys>", "KEY[:asc|:desc],…; the newest first when not given")
    .option("--limit <n>", "at most that many")
    .action(act(listImages));
  add(image, "show <image>", "everything about one image").action(act(showImage));
  withAttributes(add(image, "set <image>", "change attributes and properties"))
    .option("--remove-property <key>", "remove a custom property, repeatable", collect)
    .option("--no-protected", "may be deleted")
    .action(act(setImage));
  add(image, "delete <images...>", "delete images, those that can be").action(act(deleteImages));
  add(image, "deactivate <image>", "nobody may read its data, but for admins").action(
    act(setActive("deactivate")),
  );
  add(image, "reactivate <image>", "its data may be read again").action(act(setActive("reactivate")));
  add(image, "provenance <image>", "the service's signed statement of what is stored of an image").action(
    act(showProvenance),
  );
  add(image, "usage", "what your project has used of its quotas").action(act(showUsage));
  add(image, "restore <id>", "bring back an image that waits in pending_delete (admins)").action(
    act(bringBackImage("restore")),
  );
  add(image, "recover <id>", "bring back a deleted image as long as its data is kept (admins)").action(
    act(bringBackImage("recover")),
  );

  const member = image
    .command("member")
    .description("projects that an image is shared with")
    .addHelpText("after", memberHelp);
  add(member, "list <image>", "who it is shared with, and what they answered").action(act(listMembers));
  add(member, "add <image> <project>", "offer a shared image to a project").action(act(addMember));
  add(member, "remove <image> <project>", "share it no more").action(act(removeMember));
  for (const [word, status, description] of [
    ["accept", "accepted", "have an image that was offered to your project in its lists"],
    ["reject", "rejected", "do not have it there"],
  ] as const) {
    add(member, `${word} <image>`, description)
      .option("--project <project>", "another project than your own, by name or id (admins)")
      .action(act(answerOffer(status)));
  }
}
