import { type Command, Option } from "commander";
import { cleanCache, clearCache, deleteFromCache, listCache, pruneCache, queueForCache } from "./cache.ts";
import type { Act, Add } from "./command-parts.ts";
import { cacheHelp } from "./help-texts.ts";

/** `imagectl cache …`: what glance-cache-manage does. */
export function addCacheCommands(program: Command, add: Add, act: Act): void {
  const cache = program
    .command("cache")
    .description("images that are served from copies, for admins")
    .addHelpText("after", cacheHelp);
  add(cache, "list", "images that are cached, and those that wait").action(act(listCache));
  add(cache, "queue <images...>", "cache these images").action(act(queueForCache));
  add(cache, "delete <images...>", "take these images out of cache and queue").action(act(deleteFromCache));
  add(cache, "clear", "take all images out")
    .addOption(
      new Option("--target <what>", "of the cache, the queue, or both (usual)").choices([
        "cache",
        "queue",
        "both",
      ]),
    )
    .action(act(clearCache));
  add(cache, "prune", "make the cache as small as it is to be, now").action(act(pruneCache));
  add(cache, "clean", "take out what is of no use, now").action(act(cleanCache));
}
