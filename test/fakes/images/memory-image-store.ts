import { type Clock, systemClock } from "../../../shared/clock.ts";
import type { Deletion } from "../../../shared/images/domain/deletion.ts";
import type { Image } from "../../../shared/images/domain/image.ts";
import { overLimit } from "../../../shared/images/domain/limits.ts";
import type { Member } from "../../../shared/images/domain/member.ts";
import { hasEnded, type Transfer } from "../../../shared/images/domain/transfer.ts";
import { addUsage, noUsage, type Usage, usageChanges, usageOf } from "../../../shared/images/domain/usage.ts";
import { type Change, transferIn } from "../../../shared/images/ports/change.ts";
import type { CopyRecords } from "../../../shared/images/ports/copy-records.ts";
import type { DeletedImages, DeletedStage } from "../../../shared/images/ports/deleted-images.ts";
import type { ImageRecords } from "../../../shared/images/ports/image-records.ts";
import {
  ImageIdTaken,
  type ImageListing,
  type ImageLists,
  type ListScope,
  RevisionConflict,
} from "../../../shared/images/ports/image-store.ts";
import type { TaskLists, TaskStore } from "../../../shared/images/ports/task-store.ts";
import type { UsageStore } from "../../../shared/images/ports/usage-store.ts";
import { memoryOutbox } from "../notifications/memory-outbox.ts";
import { memoryTasks } from "./memory-tasks.ts";

type MemberOf = (image: Image, project: string) => Member | undefined;

function isListedIn(scope: ListScope, image: Image, memberOf: MemberOf): boolean {
  if (scope.kind === "everything") return true;
  if (scope.kind === "owner") return image.owner === scope.project;
  if (scope.kind !== "member") return image.visibility === scope.kind;
  const member = image.visibility === "shared" ? memberOf(image, scope.project) : undefined;
  return member !== undefined && (scope.status === "all" || scope.status === member.status);
}

type Listed = Pick<Image, "id" | "name" | "created_at">;

/** UTF-8 has the order of code points. */
const compareTexts = (one: string, other: string): number =>
  Buffer.compare(Buffer.from(one), Buffer.from(other));

const compareNames = ({ name: one }: Listed, { name: other }: Listed): number =>
  one === null || other === null ? Number(one !== null) - Number(other !== null) : compareTexts(one, other);

const compareTimes = (one: Listed, other: Listed): number =>
  compareTexts(one.created_at, other.created_at) || compareTexts(one.id, other.id);

function stageOf({ status, leftovers_purged }: Image): DeletedStage | undefined {
  if (status === "pending_delete") return "scrub";
  if (status !== "deleted") return undefined;
  return leftovers_purged ? "record" : "leftovers";
}

function order({ sortKey, direction }: ImageListing) {
  const sign = direction === "asc" ? 1 : -1;
  return (one: Listed, other: Listed): number =>
    sign * ((sortKey === "name" && compareNames(one, other)) || compareTimes(one, other));
}

/** The image store in memory: the contract's plainest reading. `store` counts usage, `uncounted` does not. */
export function memoryImageStore(clock: Clock = systemClock) {
  const images = new Map<string, Image>();
  const transfers = new Map<string, Transfer>();
  const deletions = new Map<string, Deletion>();
  const taskRecords = memoryTasks();
  const { outbox, entries } = memoryOutbox(clock);
  const members = new Map<string, Member>();
  const memberKey = (imageId: string, memberId: string) => `${imageId}#${memberId}`;
  const memberOf: MemberOf = (image, project) => members.get(memberKey(image.id, project));

  const counters = new Map<string, Usage>();
  const recounted = (project: string) =>
    [...images.values()]
      .filter(({ owner }) => owner === project)
      .reduce((sum, image) => addUsage(sum, usageOf(image)), noUsage);
  const usageNow = (project: string) => counters.get(project) ?? recounted(project);
  const countChange = ({ image, limits }: Change) => {
    const changes = usageChanges(image.before, image.after);
    if (limits) {
      const over = overLimit(limits, usageNow(limits.project), changes.get(limits.project) ?? noUsage);
      if (over) throw over;
    }
    for (const [project, change] of changes) counters.set(project, addUsage(usageNow(project), change));
  };

  const isUnchanged = (before: { revision: number } | undefined, current: { revision: number } | undefined) =>
    before?.revision === current?.revision;

  const commit = async (change: Change, counts: boolean) => {
    const { image, writes = [], events = [] } = change;
    const transfer = transferIn(change);
    const current = images.get(image.after.id);
    if (image.before === undefined && current) throw new ImageIdTaken(image.after.id);
    if (!isUnchanged(image.before, current)) throw new RevisionConflict();
    if (transfer && !isUnchanged(transfer.before, transfers.get(transfer.after.id)))
      throw new RevisionConflict();
    taskRecords.requireUnchanged(writes);
    if (counts) countChange(change);
    const after = { ...image.after, revision: (image.before?.revision ?? 0) + 1 };
    images.set(after.id, after);
    const written = transfer && { ...transfer.after, revision: (transfer.before?.revision ?? 0) + 1 };
    if (written) transfers.set(written.id, written);
    taskRecords.write(writes);
    for (const write of writes) {
      if (write.kind === "deletion") deletions.set(write.deletion.id, write.deletion);
      if (write.kind !== "member") continue;
      if (write.after) members.set(memberKey(after.id, write.after.member_id), write.after);
      else if (write.before) members.delete(memberKey(after.id, write.before.member_id));
    }
    await outbox.add(after.id, events);
    return { image: after, transfer: written };
  };

  const store: ImageRecords & ImageLists & TaskStore & TaskLists = {
    ...taskRecords.store,
    findWithTask: async (id) => {
      const task = await taskRecords.store.findTask(id);
      return { task, image: task && images.get(task.image_id) };
    },
    find: async (id) => images.get(id),
    findWithTransfer: async (imageId, transferId) => {
      const transfer = transfers.get(transferId);
      return { image: images.get(imageId), transfer: transfer?.image_id === imageId ? transfer : undefined };
    },
    findMember: async (imageId, memberId) => members.get(memberKey(imageId, memberId)),
    members: async (imageId) =>
      [...members.values()]
        .filter(({ image_id }) => image_id === imageId)
        .sort((one, other) => (one.member_id < other.member_id ? -1 : 1)),
    commit: (change) => commit(change, true),
    touch: async ({ id }, expires_at) => {
      const transfer = transfers.get(id);
      if (transfer?.state !== "open") return false;
      transfers.set(id, { ...transfer, expires_at });
      return true;
    },
    saveSigned: async ({ id, signed: seen }, signed, expires_at) => {
      const transfer = transfers.get(id);
      if (transfer?.state !== "open" || transfer.signed?.version !== seen?.version) return false;
      transfers.set(id, { ...transfer, signed, expires_at });
      return true;
    },
    saveHashing: async ({ id, hashing }) => {
      const transfer = transfers.get(id);
      if (!transfer || transfer.state === "aborted" || !hashing) return false;
      const { etag = hashing.etag, offset = -1 } = transfer.hashing ?? {};
      const isSame = hashing.etag === undefined || etag === hashing.etag;
      if (isSame && offset >= hashing.offset) return false;
      transfers.set(id, { ...transfer, hashing });
      return true;
    },
    list: async function* (listing) {
      const compare = order(listing);
      const { after, withTies, sortKey, ids, names } = listing;
      const isAfter = (image: Image): boolean =>
        after === undefined ||
        compare(image, after) > 0 ||
        (withTies === true && image[sortKey] === after[sortKey]);
      const listed = [...images.values()]
        .filter((image) => image.status !== "deleted" && image.status !== "pending_delete")
        .filter((image) => listing.scopes.some((scope) => isListedIn(scope, image, memberOf)))
        .filter((image) => ids === undefined || ids.includes(image.id))
        .filter(({ name }) => names === undefined || (name !== null && names.includes(name)))
        .filter(isAfter)
        .sort(compare);
      yield* listed;
    },
    openTransfers: async (limit, after) => {
      const open = [...transfers.values()]
        .filter((transfer) => !hasEnded(transfer))
        .map(({ image_id, id }) => ({ imageId: image_id, transferId: id, key: `${image_id}#${id}` }))
        .sort((one, other) => (one.key < other.key ? -1 : 1))
        .filter(({ key }) => after === undefined || key > after);
      const next = open.length > limit ? open[limit - 1]?.key : undefined;
      const page = open.slice(0, limit).map(({ imageId, transferId }) => ({ imageId, transferId }));
      return { transfers: page, ...(next === undefined ? {} : { next }) };
    },
    findDeletion: async (id) => deletions.get(id),
    pendingDeletions: async (limit, after) =>
      [...deletions.values()]
        .filter(({ id }) => after === undefined || id > after)
        .sort((one, other) => (one.id < other.id ? -1 : 1))
        .slice(0, limit),
    claimDeletion: async (id, { now, until }) => {
      const deletion = deletions.get(id);
      if (!deletion || (deletion.claimed_until ?? "") > now.toISOString()) return false;
      deletions.set(id, { ...deletion, claimed_until: until.toISOString() });
      return true;
    },
    removeDeletion: async (id) => {
      deletions.delete(id);
    },
  };

  const copyRecords: CopyRecords = {
    hold: async ({ id }, { by, until, now, expiresAt }) => {
      const transfer = transfers.get(id);
      const isHeld = transfer?.hold && transfer.hold.until > now && transfer.hold.by !== by;
      if (!transfer || hasEnded(transfer) || isHeld) return false;
      transfers.set(id, { ...transfer, hold: { by, until }, expires_at: expiresAt });
      return true;
    },
    openTransfersOf: async (imageId) =>
      [...transfers.values()]
        .filter((transfer) => transfer.image_id === imageId && !hasEnded(transfer))
        .map(({ id }) => id),
  };

  const deletedImages: DeletedImages = {
    waiting: async (stage, limit, after) => {
      const waiting = [...images.values()]
        .filter((image) => stageOf(image) === stage)
        .map(({ id, deleted_at }) => ({ id, deletedAt: deleted_at ?? "", key: `${deleted_at}#${id}` }))
        .sort((one, other) => (one.key < other.key ? -1 : 1))
        .filter(({ key }) => after === undefined || key > after);
      const next = waiting.length > limit ? waiting[limit - 1]?.key : undefined;
      const page = waiting.slice(0, limit).map(({ id, deletedAt }) => ({ id, deletedAt }));
      return { images: page, ...(next === undefined ? {} : { next }) };
    },
    transfersOf: async (imageId) => [...transfers.values()].filter(({ image_id }) => image_id === imageId),
    forgetTransfer: async ({ id }) => {
      const transfer = transfers.get(id);
      if (transfer && hasEnded(transfer)) transfers.delete(id);
    },
    forget: async ({ id, revision }) => {
      const image = images.get(id);
      if (image?.revision !== revision || image.status !== "deleted" || !image.leftovers_purged) return false;
      return images.delete(id);
    },
  };
  const uncounted: ImageRecords & ImageLists & TaskStore & TaskLists = {
    ...store,
    commit: (change) => commit(change, false),
  };
  const usage: UsageStore = {
    read: async (project) => {
      const used = usageNow(project);
      counters.set(project, used);
      return used;
    },
    recount: async (project) => {
      const before = usageNow(project);
      const after = recounted(project);
      counters.set(project, after);
      return { before, after };
    },
  };
  return {
    store,
    uncounted,
    copyRecords,
    deletedImages,
    usage,
    outbox,
    outboxEntries: entries,
    images,
    transfers,
    tasks: taskRecords.tasks,
    deletions,
    members,
    counters,
  };
}
