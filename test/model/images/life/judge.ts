import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";
import { imageOrder } from "../../../../shared/images/domain/image-order.ts";
import { listImages } from "../../../../shared/images/operations/list-images.ts";
import { showImage } from "../../../../shared/images/operations/show-image.ts";
import { type Attempt, canSee, everyone, isListed, type Life, type Picture, usageOf } from "./model.ts";
import { callers, type World } from "./world.ts";

const hex = (algorithm: string, bytes: Uint8Array) => createHash(algorithm).update(bytes).digest("hex");
/** What a liar says of any bytes. */
export const WRONG = { checksum: "0".repeat(32), os_hash_value: "0".repeat(128) };
export const hashesOf = ({ bytes, stated }: Pick<Attempt, "bytes" | "stated">) =>
  stated === "wrong" ? WRONG : { checksum: hex("md5", bytes), os_hash_value: hex("sha512", bytes) };

/** As `toEqual`, which takes most of the time where all is well. */
function equal(real: unknown, must: unknown, where: string): void {
  if (!isDeepStrictEqual(real, must)) expect(real, where).toEqual(must);
}

/** What is recorded of an image, as far as the model knows it. */
export async function seen(world: World, id: string) {
  const image = world.metadata.images.get(id);
  if (!image) return undefined;
  const members = await world.ports.images.members(id);
  const transfer = world.metadata.transfers.get(image.transfer_id ?? "");
  const { status, name, visibility, tags, properties, os_hidden, size, checksum, os_hash_value } = image;
  return {
    ...{ status, name, visibility, tags, properties, os_hidden, size, checksum, os_hash_value },
    protected: image.protected,
    data: image.locations[0]?.size,
    staged: image.staged?.size,
    member_count: image.member_count,
    members: Object.fromEntries(members.map(({ member_id, status }) => [member_id, status])),
    running: transfer?.state,
    mismatch: image.integrity.mismatch !== undefined,
    quarantined: image.integrity.quarantined !== undefined,
    isPurged: image.leftovers_purged,
  };
}

function wanted(image: Picture) {
  const { status, name, visibility, tags, properties, os_hidden, mismatch, quarantined, isPurged } = image;
  const data = image.data === undefined ? undefined : image.attempts[image.data];
  const staged = image.staged === undefined ? undefined : image.attempts[image.staged];
  const hashes = data ? hashesOf(data) : { checksum: null, os_hash_value: null };
  return {
    ...{ status, name, visibility, tags, properties, os_hidden },
    size: data?.bytes.length ?? staged?.bytes.length ?? null,
    ...hashes,
    protected: image.protected,
    data: data?.bytes.length,
    staged: staged?.bytes.length,
    member_count: Object.keys(image.members).length,
    members: image.members,
    running: image.running === undefined ? undefined : image.attempts[image.running]?.state,
    ...{ mismatch, quarantined, isPurged },
  };
}

/** Whether it is this attempt; one that nobody was told of has an id that no other has. */
function isAttempt(image: Picture, at: number | undefined, id: string | null | undefined): boolean {
  if (at === undefined || id == null) return true;
  const attempt = image.attempts[at];
  return attempt?.id === undefined ? !image.attempts.some((each) => each.id === id) : attempt.id === id;
}

/** Whether an image's record is what this life says of it. */
export async function matches(image: Picture | undefined, world: World, id: string): Promise<boolean> {
  const real = await seen(world, id);
  if (!image || !real) return image === undefined && real === undefined;
  const record = world.metadata.images.get(id);
  if (!isAttempt(image, image.running, record?.transfer_id)) return false;
  if (!isAttempt(image, image.data, record?.locations[0]?.key.split("/")[1])) return false;
  return isDeepStrictEqual(real, wanted(image));
}

/** Attempts that the model opened get the ids that the record has. */
export function nameAttempts(image: Picture, { metadata }: World): void {
  const real = metadata.images.get(image.id);
  const name = (at: number | undefined, id: string | undefined | null) => {
    const attempt = at === undefined ? undefined : image.attempts[at];
    if (attempt && id) attempt.id ??= id;
  };
  name(image.running, real?.transfer_id);
  name(image.data, real?.locations[0]?.key.split("/")[1]);
  name(image.staged, real?.staged?.key.split("/")[1]);
}

async function judgeReaders(life: Life, { ports }: World, where: string): Promise<void> {
  const query = {
    limit: 1000,
    order: imageOrder([], "desc"),
    memberStatus: "accepted",
    conditions: [],
  } as const;
  for (const who of everyone) {
    const { entries: images } = await listImages(ports)(callers[who], query);
    const listed = [...life.images.values()].filter((image) => isListed(who, image));
    const ids = (all: readonly { id: string }[]) => all.map(({ id }) => id).toSorted();
    equal(ids(images), ids(listed), `${where}: list of ${who}`);
    for (const image of life.images.values()) {
      const shown = await showImage(ports)(callers[who], image.id).catch(({ status }) => status);
      const says = `${where}: ${image.id} shown to ${who}`;
      const must = canSee(who, image) ? [image.id, image.status, image.owner] : 404;
      equal(typeof shown === "number" ? shown : [shown.id, shown.status, shown.owner], must, says);
    }
  }
}

/** Every byte has an owner: an image, an upload that goes on, or a deletion that waits. */
function judgeBytes(life: Life, { bytes, metadata }: World, where: string): void {
  const attempts = [...life.images.values()].flatMap((image) =>
    image.attempts.map((attempt) => ({ ...attempt, key: `${image.id}/${attempt.id}`, image })),
  );
  const loose = attempts.filter((attempt) => attempt.loose).map(({ key }) => key);
  // After a cut there may be multipart uploads that only the reaper finds.
  const known = new Set(attempts.map(({ key }) => key));
  const waiting = [...metadata.deletions.values()].map(({ key }) => key);
  const deletions = new Set(waiting.filter((key) => !life.wasCut || known.has(key)));
  equal([...deletions].toSorted(), loose.toSorted(), `${where}: deletions that wait`);
  for (const { key, bytes: data, image, ...attempt } of attempts) {
    const stored = bytes.objects.get(key);
    equal(stored !== undefined, attempt.object, `${where}: object ${key} of ${image.status} image`);
    if (stored) equal(Buffer.compare(stored, data), 0, `${where}: bytes of ${key}`);
  }
  const keys = (which: Attempt["upload"][]) => attempts.filter((_, at) => which[at]).map(({ key }) => key);
  const objects = keys(attempts.map(({ object }) => object));
  const uploads = keys(attempts.map(({ upload }) => upload));
  if (!life.wasCut) {
    equal([...bytes.objects.keys()].toSorted(), objects.toSorted(), `${where}: objects`);
    const open = [...bytes.uploads.values()].map(({ key }) => key);
    equal(open.toSorted(), uploads.toSorted(), `${where}: uploads`);
  }
}

/** The world is what the life says: records, readers, members, usage and bytes. */
export async function judge(life: Life, world: World, where: string): Promise<void> {
  const { metadata, ports } = world;
  equal([...metadata.images.keys()].toSorted(), [...life.images.keys()].toSorted(), `${where}: records`);
  for (const image of life.images.values()) {
    const real = metadata.images.get(image.id);
    nameAttempts(image, world);
    equal(await seen(world, image.id), wanted(image), `${where}: record of ${image.id}`);
    for (const { id } of image.attempts.filter(({ state }) => state === "completing")) {
      const isAwaited = world.work.finalizing.some(({ transferId }) => transferId === id);
      equal(isAwaited, true, `${where}: somebody will finish the completion of ${id}`);
    }
    if (image.status === "active") {
      const object = world.bytes.objects.get(real?.locations[0]?.key ?? "");
      equal(object?.length, real?.size, `${where}: active with all bytes`);
    }
  }
  for (const who of everyone) {
    const project = callers[who].projectId;
    const { before, after } = await ports.usage.recount(project);
    equal(before, after, `${where}: usage of ${who} is what a recount finds`);
    equal(after, usageOf(life, project), `${where}: usage of ${who}`);
  }
  await judgeReaders(life, world, where);
  judgeBytes(life, world, where);
}
