import { lookAt } from "../steps/metadefs.ts";
import type { World } from "../world.ts";
import { checkFindings, checkLists, checkUsage } from "./check-accounts.ts";
import { checkImages } from "./check-images.ts";
import { checkStores } from "./check-stores.ts";
import { settle } from "./settle.ts";

/** Lets everything come to rest, and throws a Violation for what is not as its clients were told. */
export async function judge(world: World): Promise<void> {
  await settle(world);
  await checkFindings(world);
  const kept = await checkImages(world);
  for (const namespace of world.namespaces) await lookAt(world, namespace);
  await checkLists(world, kept);
  await checkUsage(world, kept);
  world.count("images at the end", kept.length);
  await world.service.end("stop");
  await world.service.other.kill("SIGTERM");
  await checkStores(world, kept);
}
