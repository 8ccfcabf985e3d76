import type { Key } from "../../../../aws/table-key.ts";
import { PENDING_DELETIONS, usageKey } from "../../../../images/adapters/dynamodb/keys.ts";
import type { RecordKind, RecordRef } from "../../../ports/records.ts";
import { definitionKind } from "./definition-kind.ts";
import { imageKind } from "./image-kind.ts";
import { listEntryKind } from "./list-entry-kind.ts";
import { memberEntryKind } from "./member-entry-kind.ts";
import { memberKind } from "./member-kind.ts";
import { namespaceEntryKind } from "./namespace-entry-kind.ts";
import { namespaceKind } from "./namespace-kind.ts";
import { namespaceNameKind } from "./namespace-name-kind.ts";
import { openTaskKind } from "./open-task-kind.ts";
import { openTransferKind } from "./open-transfer-kind.ts";
import type { JudgedKind, RefOf, WalkedKind } from "./record-kind.ts";
import { taskKind } from "./task-kind.ts";
import { transferKind } from "./transfer-kind.ts";

const USAGE_PREFIX = usageKey("").pk;

const deletionKind: WalkedKind<"deletion"> = {
  prefix: PENDING_DELETIONS,
  isPartition: (pk) => pk === PENDING_DELETIONS,
  refOf: ({ sk }) => ({ kind: "deletion", deletionId: sk }),
};

const usageKind: WalkedKind<"usage"> = {
  prefix: USAGE_PREFIX,
  isPartition: (pk) => pk.startsWith(USAGE_PREFIX),
  refOf: ({ pk }) => ({ kind: "usage", project: pk.slice(USAGE_PREFIX.length) }),
};

/** Kinds that are judged here by what else the table has; deletions and usage are for whoever owns them. */
const judgedKinds = {
  image: imageKind,
  member: memberKind,
  transfer: transferKind,
  "list entry": listEntryKind,
  "member entry": memberEntryKind,
  "open transfer": openTransferKind,
  task: taskKind,
  "open task": openTaskKind,
  namespace: namespaceKind,
  "namespace name": namespaceNameKind,
  "namespace entry": namespaceEntryKind,
  definition: definitionKind,
} as const satisfies { readonly [Kind in RecordKind]?: JudgedKind<Kind> };

/**
 * All kinds of records that have to do with images or metadata definitions: a new one is one more object here, and a ref
 * in the port.
 */
const recordKinds: { readonly [Kind in Exclude<RecordKind, "unknown">]: WalkedKind<Kind> } = {
  ...judgedKinds,
  deletion: deletionKind,
  usage: usageKind,
};

const allKinds = Object.values(recordKinds);

/** Refs of records that are judged here. */
export type Judged = RefOf<keyof typeof judgedKinds>;

export const isJudged = (ref: RecordRef): ref is Judged => Object.hasOwn(judgedKinds, ref.kind);

/** The kind of a ref. The compiler cannot tell that a ref goes only to the functions of its own kind. */
export const kindOf = (ref: Judged): JudgedKind<Judged["kind"]> =>
  judgedKinds[ref.kind] as unknown as JudgedKind<Judged["kind"]>;

/** What the partition keys of a kind begin with, as far as they have one beginning. */
export const prefixOf = (kind: RecordKind): string | undefined =>
  kind === "unknown" ? undefined : recordKinds[kind].prefix;

/** What a key names; undefined for partitions that are about neither. */
export function refOfKey(key: Key): RecordRef | undefined {
  const kinds = allKinds.filter(({ isPartition }) => isPartition(key.pk));
  if (kinds.length === 0) return undefined;
  for (const { refOf } of kinds) {
    const ref = refOf(key);
    if (ref) return ref;
  }
  return { kind: "unknown", key: `${key.pk} ${key.sk}` };
}
