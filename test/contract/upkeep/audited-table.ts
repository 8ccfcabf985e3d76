import { randomUUID } from "node:crypto";
import { TransactionConflictException } from "@aws-sdk/client-dynamodb";
import { BatchWriteCommand, DeleteCommand, GetCommand, PutCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import type { DynamodbOptions } from "../../../infra/local-aws/emulators/dynamodb/open-dynamodb.ts";
import { temporaryDynamodb } from "../../../infra/local-aws/test/dynamodb/temporary-dynamodb.ts";
import { retrying } from "../../../shared/aws/retry.ts";
import type { Key } from "../../../shared/aws/table-key.ts";
import { dynamodbFindings } from "../../../shared/images/adapters/dynamodb/findings.ts";
import { imageItem } from "../../../shared/images/adapters/dynamodb/image-item.ts";
import { dynamodbImageLists } from "../../../shared/images/adapters/dynamodb/image-listing.ts";
import { dynamodbImageStore } from "../../../shared/images/adapters/dynamodb/image-store.ts";
import { indexEntries } from "../../../shared/images/adapters/dynamodb/keys.ts";
import { dynamodbUsageStore } from "../../../shared/images/adapters/dynamodb/usage-store.ts";
import { emptyImage, type Image } from "../../../shared/images/domain/image.ts";
import type { Member } from "../../../shared/images/domain/member.ts";
import { objectKey } from "../../../shared/images/domain/object-key.ts";
import type { Transfer } from "../../../shared/images/domain/transfer.ts";
import { readSettings, type Settings } from "../../../shared/settings.ts";
import { dynamodbCheckpoints } from "../../../shared/upkeep/adapters/dynamodb/checkpoints.ts";
import { dynamodbOrphans } from "../../../shared/upkeep/adapters/dynamodb/orphans.ts";
import { dynamodbRecords } from "../../../shared/upkeep/adapters/dynamodb/records.ts";
import { auditLight } from "../../../shared/upkeep/operations/audit/light/audit-light.ts";
import type { LightAuditPorts } from "../../../shared/upkeep/operations/audit/light/light-ports.ts";
import { sdkOn } from "../../fakes/documents-on-emulator.ts";
import { memoryBlobStore } from "../../fakes/images/memory-blob-store.ts";
import { theStore } from "../../fakes/images/the-store.ts";
import { memoryWorkQueue } from "../../fakes/memory-work-queue.ts";
import { aRun } from "../../fakes/upkeep/job-run.ts";
import { memoryHeartbeats } from "../../fakes/upkeep/memory-heartbeats.ts";
import { withHints } from "../../fakes/with-hints.ts";

const TableName = "images";
const BATCH = 25;

export interface TableOptions {
  /** Of the emulator's faults. */
  readonly rate?: number;
  readonly countsUsage?: boolean;
  readonly settings?: Partial<Settings>;
  readonly onUnits?: DynamodbOptions["onUnits"];
  /** Of images and transfers; random unless a test must make the same twice. */
  readonly newId?: () => string;
}

/** A real table with images and their bytes in memory, ways to damage them, and the light auditor over both. */
export async function auditedTable({
  rate = 0,
  countsUsage = false,
  settings = {},
  newId = randomUUID,
  onUnits,
}: TableOptions = {}) {
  const { documents } = await sdkOn(
    await temporaryDynamodb({ faults: { seed: 11, rate }, ...(onUnits && { onUnits }) }),
    8,
  );
  const bytes = memoryBlobStore();
  const work = memoryWorkQueue();
  let now = Date.parse("2026-03-01T12:00:00.000Z");
  const [tableBeat, bucketBeat] = [memoryHeartbeats(), memoryHeartbeats()];
  const ports: LightAuditPorts = {
    tableHeartbeats: tableBeat.heartbeats,
    bucketHeartbeats: bucketBeat.heartbeats,
    tableIdentity: async () => "table-1",
    records: dynamodbRecords(documents, TableName),
    images: dynamodbImageStore(documents, TableName, { countsUsage }),
    lists: dynamodbImageLists(documents, TableName),
    stores: theStore(bytes.store),
    orphans: dynamodbOrphans(documents, TableName),
    findings: dynamodbFindings(documents, TableName, []),
    queue: work.queue,
    checkpoints: dynamodbCheckpoints(documents, TableName, "auditor-light"),
    ...(countsUsage && { usage: dynamodbUsageStore(documents, TableName) }),
    clock: () => new Date(now),
    sleep: async (ms) => {
      now += ms;
    },
    settings: { ...readSettings({}), audit_light_objects_per_second: 1_000_000, ...settings },
  };
  const at = (secondsAgo: number) => new Date(now - secondsAgo * 1000).toISOString();

  const commit = async (before: Image | undefined, changes: Partial<Image>): Promise<Image> => {
    const fresh: Image = {
      ...emptyImage,
      id: newId(),
      owner: "demo",
      created_at: at(14_400),
      updated_at: at(14_400),
    };
    return (await ports.images.commit({ image: { before, after: { ...(before ?? fresh), ...changes } } }))
      .image;
  };
  /** An active image with its bytes. */
  const active = async (changes: Partial<Image> = {}, data = Buffer.from("data of an image")) => {
    const id = newId();
    const key = objectKey({ imageId: id, transferId: newId() });
    const etag = await bytes.store.put(key, data);
    const locations = [{ store: "s3", key, size: data.length, etag }];
    return commit(undefined, { id, name: "one", status: "active", size: data.length, locations, ...changes });
  };
  const share = async (image: Image, member_id: string): Promise<Image> => {
    const member: Member = {
      image_id: image.id,
      member_id,
      status: "accepted",
      created_at: at(3600),
      updated_at: at(3600),
    };
    const after = { ...image, member_count: image.member_count + 1 };
    const writes = [{ kind: "member", before: undefined, after: member } as const];
    return (await ports.images.commit({ image: { before: image, after }, writes })).image;
  };
  /** An image that is being uploaded. */
  const uploading = async (changes: Partial<Transfer> = {}) => {
    const image = await commit(undefined, { status: "queued" });
    const id = newId();
    const transfer: Transfer = {
      id,
      image_id: image.id,
      revision: 0,
      state: "open",
      key: objectKey({ imageId: image.id, transferId: id }),
      size: 10,
      part_size: 10,
      token_hash: "",
      lease_seconds: 86_400,
      expires_at: at(-86_400),
      latest_expiry: at(-86_400),
      created_at: at(14_400),
      ...changes,
    };
    const after: Image = { ...image, status: "saving", transfer_id: id };
    const written = await ports.images.commit({
      image: { before: image, after },
      writes: [{ kind: "transfer", before: undefined, after: transfer }],
    });
    return { image: written.image, transfer: written.transfer ?? transfer };
  };

  const get = async (key: Key) =>
    (await documents.send(new GetCommand({ TableName, Key: key, ConsistentRead: true }))).Item;
  const put = (item: Record<string, unknown>) =>
    retrying(
      () => documents.send(new PutCommand({ TableName, Item: item })),
      (error) => error instanceof TransactionConflictException,
    );
  const remove = (key: Key) => documents.send(new DeleteCommand({ TableName, Key: key }));
  /** Many items at once, past all rules. */
  const fill = async (items: readonly Record<string, unknown>[]) => {
    for (let n = 0; n < items.length; n += BATCH) {
      const puts = items.slice(n, n + BATCH).map((Item) => ({ PutRequest: { Item } }));
      await documents.send(new BatchWriteCommand({ RequestItems: { [TableName]: puts } }));
    }
  };
  /** All items whose partition keys begin like this, in the order of their keys. */
  const dump = async (...prefixes: string[]) => {
    const items: Record<string, unknown>[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const page = await documents.send(
        new ScanCommand({ TableName, ...(start && { ExclusiveStartKey: start }) }),
      );
      items.push(...(page.Items ?? []));
      start = page.LastEvaluatedKey;
    } while (start);
    const textOf = ({ pk, sk }: Record<string, unknown>) => `${pk} ${sk}`;
    return items
      .filter(({ pk }) => prefixes.some((prefix) => String(pk).startsWith(prefix)))
      .sort((one, other) => (textOf(one) < textOf(other) ? -1 : 1));
  };

  const audit = async (options: Parameters<typeof aRun>[0] = {}, others: LightAuditPorts = ports) => {
    const { run, lines } = aRun({ now: true, ...options });
    await auditLight(withHints(others))(run);
    return {
      ...run.tally.counts(),
      wouldAct: run.wouldAct,
      unfinished: run.isUnfinished,
      waits: run.waits,
      lines,
    };
  };
  const findings = async () => (await ports.findings.list({ limit: 1000 })).findings;

  return {
    tableBeat,
    bucketBeat,
    documents,
    ports,
    bytes,
    work,
    at,
    commit,
    active,
    share,
    uploading,
    get,
    put,
    remove,
    fill,
    dump,
    audit,
    findings,
    /** The items of an image as they should be. */
    itemsOf: (image: Image) => [imageItem(image), ...indexEntries(image)],
    later: (seconds: number) => {
      now += seconds * 1000;
    },
  };
}

export type AuditedTable = Awaited<ReturnType<typeof auditedTable>>;
