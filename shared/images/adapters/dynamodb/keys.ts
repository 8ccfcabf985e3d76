import { nameKey } from "../../../aws/name-key.ts";
import type { Key } from "../../../aws/table-key.ts";
import type { Image } from "../../domain/image.ts";
import type { Member, MemberStatus } from "../../domain/member.ts";
import { isDeleted } from "../../domain/status.ts";
import type { Task } from "../../domain/task.ts";
import type { DeletedImage, DeletedStage } from "../../ports/deleted-images.ts";
import type { ListScope } from "../../ports/image-store.ts";

export const imageKey = (id: string): Key => ({ pk: `image#${id}`, sk: "image" });
/** Sort keys of all transfers of an image begin with this. */
export const TRANSFER_PREFIX = "transfer#";
export const transferKey = (imageId: string, transferId: string): Key => ({
  pk: `image#${imageId}`,
  sk: `${TRANSFER_PREFIX}${transferId}`,
});

/** Sort keys of all members of an image begin with this. */
export const MEMBER_PREFIX = "member#";
export const memberKey = (imageId: string, memberId: string): Key => ({
  pk: `image#${imageId}`,
  sk: `${MEMBER_PREFIX}${memberId}`,
});

/** By image id; a prefix of its own, as the ids are what callers send, and need not be images'. */
export const refusedUploadKey = (imageId: string): Key => ({ pk: `uploads#${imageId}`, sk: "refused" });

export const usageKey = (project: string): Key => ({ pk: `usage#${project}`, sk: "usage" });

export const OPEN_TRANSFERS = "transfers#open";
export const openTransferKey = (imageId: string, transferId: string): Key => ({
  pk: OPEN_TRANSFERS,
  sk: `${imageId}#${transferId}`,
});

export const taskKey = (id: string): Key => ({ pk: `task#${id}`, sk: "task" });

export const OPEN_TASKS = "tasks#open";
export const openTaskKey = (id: string): Key => ({ pk: OPEN_TASKS, sk: id });

/** Tasks of all projects, and those of an image: few at a time, as each is forgotten some days after its end. */
export const ALL_TASKS = "tasks#all";
export const tasksOfImage = (imageId: string): string => `tasks#image#${imageId}`;
export const taskSortKey = ({ created_at, id }: Pick<Task, "id" | "created_at">): string =>
  `${created_at}#${id}`;

/** The entries by which lists find a task, as keys. */
export const taskEntries = (task: Pick<Task, "id" | "created_at" | "image_id">): Key[] => [
  { pk: ALL_TASKS, sk: taskSortKey(task) },
  { pk: tasksOfImage(task.image_id), sk: taskSortKey(task) },
];

/** Who fetches from other hosts at this moment: one record. */
export const fetchTurnsKey: Key = { pk: "fetching#turns", sk: "turns" };

export const PENDING_DELETIONS = "deletions#pending";
export const deletionKey = (id: string): Key => ({ pk: PENDING_DELETIONS, sk: id });

/** What audits have found; few, so one partition, by kind. */
export const FINDINGS = "findings#all";
export const findingKey = (id: string): Key => ({ pk: FINDINGS, sk: id });

/**
 * What a project has accepted has a partition of its own, so that offers by strangers, however many, slow no list
 * that does not ask for them.
 */
function scopeKey(scope: ListScope): string {
  if (scope.kind === "member" && scope.status === "accepted") return `accepted#${scope.project}`;
  return scope.kind === "owner" || scope.kind === "member" ? `${scope.kind}#${scope.project}` : scope.kind;
}

export const listPartition = (scope: ListScope, order: "created_at" | "name"): string =>
  `list#${scopeKey(scope)}#${order}`;

type Listed = Pick<Image, "id" | "name" | "created_at">;

export const createdSortKey = (image: Listed): string => `${image.created_at}#${image.id}`;
/** Sort keys of all images of one name begin with this. */
export const namePrefix = (name: string | null): string => `${nameKey(name)}\u0000`;
export const nameSortKey = (image: Listed): string => `${namePrefix(image.name)}${createdSortKey(image)}`;

/** Every sort key ends with the image's id, a UUID, and the time before it has milliseconds. */
export const idOfSortKey = (sortKey: string): string => sortKey.slice(-36);
export const createdPartOf = (sortKey: string): string => sortKey.slice(-61);

const memberEntryKey = (project: string, status: "accepted" | "all", image: Listed): Key => ({
  pk: listPartition({ kind: "member", project, status }, "created_at"),
  sk: createdSortKey(image),
});

/**
 * The entries by which a project finds what is shared with it: one with the member's status, and one more of what it
 * has accepted. Their keys have what never changes of the image.
 */
export const memberEntries = (
  { member_id, status }: Pick<Member, "member_id" | "status">,
  image: Listed,
): (Key & { readonly status?: MemberStatus })[] => [
  { ...memberEntryKey(member_id, "all", image), status },
  ...(status === "accepted" ? [memberEntryKey(member_id, "accepted", image)] : []),
];

/** Deleted images by the work that waits for them, oldest first. */
export const DELETED_PARTITIONS = {
  scrub: "deletions#scrub",
  leftovers: "deletions#leftovers",
  record: "deletions#records",
} as const satisfies Record<DeletedStage, string>;

export const deletedKey = (stage: DeletedStage, { id, deletedAt }: DeletedImage): Key => ({
  pk: DELETED_PARTITIONS[stage],
  sk: `${deletedAt}#${id}`,
});

function stageOf({ status, leftovers_purged }: Image): DeletedStage | undefined {
  if (status === "pending_delete") return "scrub";
  if (status !== "deleted") return undefined;
  return leftovers_purged ? "record" : "leftovers";
}

/** The entry by which upkeep finds a deleted image. */
function deletedEntries(image: Image): Key[] {
  const stage = stageOf(image);
  return stage === undefined || image.deleted_at === null
    ? []
    : [deletedKey(stage, { id: image.id, deletedAt: image.deleted_at })];
}

function scopesOf(image: Image): ListScope[] {
  if (isDeleted(image.status)) return [];
  const scopes: ListScope[] = [{ kind: "everything" }];
  if (image.owner !== null) scopes.push({ kind: "owner", project: image.owner });
  if (image.visibility === "public" || image.visibility === "community")
    scopes.push({ kind: image.visibility });
  return scopes;
}

/** The index entries an image must have, as keys; they carry nothing else. */
export const indexEntries = (image: Image): Key[] => [
  ...scopesOf(image).flatMap((scope) => [
    { pk: listPartition(scope, "created_at"), sk: createdSortKey(image) },
    { pk: listPartition(scope, "name"), sk: nameSortKey(image) },
  ]),
  ...deletedEntries(image),
];
