import { bytesIn } from "../../../shared/images/domain/image.ts";
import { isOwn } from "../../../shared/images/domain/location.ts";
import { isOver } from "../../../shared/images/domain/task.ts";
import { bytesOfTransfer, hasEnded, type Transfer } from "../../../shared/images/domain/transfer.ts";
import { listImages } from "../../../shared/images/operations/list-images.ts";
import { admin, hashesOf } from "../../fakes/images/service.ts";
import { type JobName, runOf } from "../world/jobs.ts";
import { openPorts } from "../world/ports.ts";
import { workers } from "../world/workers.ts";
import type { Simulation } from "./simulation.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;
const MOST_MESSAGES = 300;
const hasTime = () => true;

/** Takes every message, and those that come of it, until there is none. */
async function takeMessages({ world, scene, scheduler }: Simulation): Promise<number> {
  const ports = openPorts(world);
  const { messages } = world;
  let taken = 0;
  for (; messages.length > 0 && taken < MOST_MESSAGES; taken++) {
    const [message] = messages.splice(0, 1);
    if (!message) break;
    scheduler.doze(1);
    try {
      await workers[message.kind].work(ports, message.body, hasTime);
    } catch (error) {
      // It comes again; what is left of it in the end says whether that was enough.
      if (message.tries < 3) messages.push({ ...message, tries: message.tries + 1 });
      if (error instanceof TypeError)
        scene.violate("broken", `${message.kind} worker failed: ${error.stack}`);
    }
  }
  if (messages.length > 0) scene.violate("never-silent", `messages go on: ${messages[0]?.name}`);
  return taken;
}

async function runJobs(simulation: Simulation, names: readonly JobName[]): Promise<number> {
  const { world, scene, scheduler } = simulation;
  const ports = openPorts(world);
  let acted = 0;
  for (const name of names) {
    scheduler.doze(1);
    const failed: unknown[] = [];
    const result = await runOf(ports, name, { now: true, hasTime, onError: (error) => failed.push(error) });
    simulation.judgeStop(name, result);
    const [error] = failed;
    if (error !== undefined)
      scene.violate(
        "job-fails",
        `${name} fails when nothing disturbs it: ${error instanceof Error ? error.stack : error}`,
      );
    acted += result.acted;
  }
  return acted;
}

const cacheJobs = ["cache-prefetcher", "cache-pruner", "cache-cleaner"] as const;
const daily = [
  "reaper",
  "scrubber",
  "imports",
  "copies",
  "auditor-light",
  "auditor-deep",
  "outbox",
  ...cacheJobs,
] as const;

/** Objects and uploads that no image uses, and no transfer that `isKept` speaks for. */
function strays({ world }: Simulation, isKept: (transfer: Transfer) => boolean = () => false): string[] {
  const { metadata, places } = world;
  const used = new Set([
    ...[...metadata.images.values()].flatMap((image) =>
      image.status === "deleted" ? [] : bytesIn(image).map(({ store, key }) => `${store}/${key}`),
    ),
    ...[...metadata.transfers.values()].filter(isKept).map((transfer) => {
      const { store, key } = bytesOfTransfer(transfer);
      return `${store}/${key}`;
    }),
  ]);
  return [...places].flatMap(([store, { objects, uploads }]) => [
    ...[...objects.keys()]
      .filter((key) => !used.has(`${store}/${key}`))
      .map((key) => `the object ${store}/${key}`),
    // One that turned out to be empty is left to the bucket's lifecycle (complete-transfer.ts): its image uses the key.
    ...[...uploads.values()]
      .filter(({ key }) => !used.has(`${store}/${key}`))
      .map(({ key }) => `the upload of ${store}/${key}`),
  ]);
}

/** Where nobody was killed and nothing failed, nothing is left to the reaper, which would take it for an orphan. */
function tidy(simulation: Simulation): void {
  const { scheduler, cast, scene } = simulation;
  if (scheduler.killed.size > 0 || cast.failing > 0 || cast.damages > 0) return;
  const [stray] = strays(simulation, (transfer) => !hasEnded(transfer));
  if (stray !== undefined)
    scene.violate("left-by-nobody", `${stray} belongs to nobody, though nobody was killed`);
}

function leftOver(simulation: Simulation): void {
  const { metadata } = simulation.world;
  const { scene } = simulation;
  const images = [...metadata.images.values()];
  for (const stray of strays(simulation)) scene.violate("left-over", `${stray} belongs to nobody`);
  for (const { id, state, image_id } of metadata.transfers.values())
    if (state === "open" || state === "completing")
      scene.violate("stuck-transfer", `${id} of ${image_id} stays ${state}`);
  for (const { id, status, staged } of images)
    if (status === "saving" || status === "importing" || (status === "uploading" && !staged))
      scene.violate("stuck-image", `${id} stays ${status}`);
  for (const task of metadata.tasks.values())
    if (!isOver(task))
      scene.violate("stuck-task", `the import ${task.id} of ${task.image_id} stays ${task.status}`);
  for (const { id } of metadata.deletions.values())
    scene.violate("stuck-deletion", `${id} is never carried out`);
  for (const { event_type } of metadata.outboxEntries.values())
    scene.violate("undelivered-notification", `${event_type} is never delivered`);
}

/** Every image in use has the data that its record describes, or audits have said which of it is damaged. */
function whole({ world, scene, scheduler }: Simulation): void {
  const { metadata, places, audit, damaged } = world;
  for (const { id, status, locations, os_hash_value, integrity } of metadata.images.values()) {
    if (status !== "active" || integrity.mismatch !== undefined) continue;
    for (const place of locations.filter(isOwn)) {
      const { store, key } = place;
      const bytes = places.get(store)?.objects.get(key);
      const isRight = bytes && hashesOf(bytes).os_hash_value === os_hash_value;
      if (!isRight && !place.damaged) {
        const why = damaged.has(`${store}/${key}`)
          ? "audits have not found its damage"
          : "nothing was damaged";
        scene.violate(
          "wrong-data",
          `${id} is active with other data in ${store} than its record describes: ${why}`,
        );
      }
    }
    if (integrity.quarantined && !scene.doubtful.has(id))
      scene.violate("auditor-found", `${id} was quarantined and nothing was damaged`);
  }
  // A message may have been lost at a time when the reaper did not run for a day; that it was carried out is seen above.
  const expected = new Set(["deletion-overdue"]);
  // Killed, these leave bytes that they have brought back beside an image that was scrubbed meanwhile.
  if (scheduler.killed.has("restore") || scheduler.killed.has("recover")) expected.add("bytes-left-over");
  for (const { kind, image_id, subject, evidence } of audit.all())
    if (!expected.has(kind) && !scene.doubtful.has(image_id ?? ""))
      scene.violate("auditor-found", `${kind} of ${subject}: ${JSON.stringify(evidence)}`);
}

/** The cache has whole copies of images that are there, and nothing else. */
async function cached({ world, scene }: Simulation): Promise<void> {
  const { raw, cache, metadata } = world;
  const known = new Set<string>();
  for await (const { image_id, key } of raw.cacheRecords.listCached()) {
    const image = metadata.images.get(image_id);
    if (!image || /delete/.test(image.status))
      scene.violate("cache-differs", `${image_id} is gone, and cached`);
    if (key === null) continue;
    known.add(key);
    const bytes = cache.objects.get(key);
    const isRight = bytes && (!image?.os_hash_value || hashesOf(bytes).os_hash_value === image.os_hash_value);
    if (!isRight)
      scene.violate("cache-differs", `the copy of ${image_id} has ${bytes ? "other bytes" : "no bytes"}`);
  }
  for await (const { image_id } of raw.cacheRecords.listQueued())
    scene.violate("cache-differs", `${image_id} stays in the cache's queue`);
  for await (const { key } of raw.cacheRecords.listRemovals())
    scene.violate("cache-differs", `${key} is never deleted from the cache`);
  for (const key of cache.objects.keys())
    if (!known.has(key)) scene.violate("cache-differs", `${key} belongs to nobody`);
  for (const { key } of cache.uploads.values()) scene.violate("cache-differs", `the upload of ${key} stays`);
}

async function listed({ world, scene }: Simulation): Promise<void> {
  const { api } = openPorts(world);
  const order = [{ key: "created_at", direction: "desc" }] as const;
  const query = { visibility: "all", limit: 100, order, memberStatus: "all", conditions: [] } as const;
  const { entries } = await listImages(api)(admin, query);
  const shown = [...world.metadata.images.values()].filter(({ status }) => !/delete/.test(status));
  const ids = (all: readonly { readonly id: string }[]) =>
    all
      .map(({ id }) => id)
      .sort()
      .join();
  if (ids(entries) !== ids(shown))
    scene.violate("list-differs", `lists ${ids(entries)}, must be ${ids(shown)}`);
}

/** Nobody does anything any more but workers and jobs, for days: then nothing is left over, and nothing is lost. */
export async function settle(simulation: Simulation): Promise<void> {
  const { scheduler, world } = simulation;
  const round = async (seconds: number): Promise<number> => {
    await scheduler.pass(seconds * 1000);
    const taken = await takeMessages(simulation);
    const acted = await runJobs(simulation, daily);
    const later = await takeMessages(simulation);
    simulation.judge();
    return taken + acted + later;
  };
  await round(400);
  tidy(simulation);
  for (const seconds of [2 * HOUR, 26 * HOUR, 8 * DAY, 26 * HOUR, 26 * HOUR]) {
    await round(seconds);
    if (simulation.violation) return;
  }
  if ((await round(26 * HOUR)) > 0)
    simulation.scene.violate("never-silent", "jobs or workers find work after weeks");
  leftOver(simulation);
  whole(simulation);
  await listed(simulation);
  await cached(simulation);
  await scheduler.pass(40 * DAY * 1000);
  world.keepStores();
  await runJobs(simulation, ["purge"]);
  await runJobs(simulation, ["purge"]);
  const { images, members, transfers } = world.metadata;
  for (const { image_id } of [...members.values(), ...transfers.values()])
    if (!images.has(image_id))
      simulation.scene.violate("left-over", `a record of ${image_id}, which was purged`);
  for (const { id, status } of images.values())
    if (status === "deleted") simulation.scene.violate("stuck-record", `${id} is deleted and never purged`);
  simulation.judge();
}
