import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { temporaryDynamodb } from "../../../infra/local-aws/test/dynamodb/temporary-dynamodb.ts";
import { dynamodbImageStore } from "../../../shared/images/adapters/dynamodb/image-store.ts";
import type { Member } from "../../../shared/images/domain/member.ts";
import { deletionWrite } from "../../../shared/images/ports/change.ts";
import type { ImageRecords } from "../../../shared/images/ports/image-records.ts";
import { dynamodbRecords } from "../../../shared/upkeep/adapters/dynamodb/records.ts";
import type { RecordKind, RecordRef, Records } from "../../../shared/upkeep/ports/records.ts";
import { sdkOn } from "../../fakes/documents-on-emulator.ts";
import { memoryImageStore } from "../../fakes/images/memory-image-store.ts";
import { memoryRecords } from "../../fakes/upkeep/memory-records.ts";
import { created } from "../images/some-images.ts";

const made: Readonly<Record<string, () => Promise<{ store: ImageRecords; records: Records }>>> = {
  memory: async () => {
    const metadata = memoryImageStore();
    return { store: metadata.store, records: memoryRecords(metadata) };
  },
  "the DynamoDB emulator": async () => {
    const { documents } = await sdkOn(await temporaryDynamodb());
    const store = dynamodbImageStore(documents, "images", { countsUsage: true });
    return { store, records: dynamodbRecords(documents, "images") };
  },
};

async function walked(records: Records, only?: RecordKind): Promise<RecordRef[]> {
  const all: RecordRef[] = [];
  let after: string | undefined;
  do {
    const page = await records.walk({
      limit: 2,
      ...(after !== undefined && { after }),
      ...(only && { only }),
    });
    expect(page.refs.length).toBeLessThanOrEqual(2);
    all.push(...page.refs);
    after = page.next;
  } while (after !== undefined);
  return all;
}

describe.each(Object.entries(made))("a walk over the records of %s", (_, make) => {
  it("finds everything once, or all of one kind, and nothing wrong with what is in order", async () => {
    const { store, records } = await make();
    const images = [await created(store), await created(store), await created(store)];
    const [image = await created(store)] = images;
    const { id: image_id, created_at, updated_at } = image;
    const member: Member = { image_id, member_id: "alt", status: "pending", created_at, updated_at };
    const key = `${image_id}/${randomUUID()}`;
    const deletion = { id: `${created_at}#${key}`, image_id, store: "s3", key, created_at };
    await store.commit({
      image: { before: image, after: { ...image, member_count: 1 } },
      writes: [{ kind: "member", before: undefined, after: member }, deletionWrite(deletion)],
    });

    const all = await walked(records);
    const texts = (refs: readonly RecordRef[]) => refs.map((ref) => JSON.stringify(ref)).sort();
    expect(new Set(texts(all)).size).toBe(all.length);
    const wanted: RecordRef[] = [
      ...images.map(({ id }): RecordRef => ({ kind: "image", imageId: id })),
      { kind: "member", imageId: image_id, memberId: "alt" },
      { kind: "deletion", deletionId: deletion.id },
      { kind: "usage", project: "demo" },
    ];
    expect(texts(all.filter(({ kind }) => /^(image|member|deletion|usage)$/.test(kind)))).toEqual(
      texts(wanted),
    );
    expect(texts(await walked(records, "usage"))).toEqual(texts(wanted.slice(-1)));

    const looked = await records.look(all);
    expect(looked.suspects).toEqual([]);
    expect(looked.images.map(({ id }) => id).sort()).toEqual(images.map(({ id }) => id).sort());
    for (const ref of all) expect(await records.faultsOf(ref), JSON.stringify(ref)).toEqual([]);
  });
});
