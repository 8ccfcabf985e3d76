import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { dynamodbImageLists } from "../../shared/adapters/dynamodb/image-listing.ts";
import { dynamodbImageStore } from "../../shared/adapters/dynamodb/image-store.ts";
import { emptyImage } from "../../shared/domain/image.ts";
import { memoryImageStore } from "../fakes/memory-image-store.ts";
import { sdkOn } from "../infra/dynamodb/sdk-endpoint.ts";
import { temporaryDynamodb } from "../infra/dynamodb/temporary-dynamodb.ts";
import { imageStoreContract } from "./image-store.ts";

const onDynamodb = async (rate: number) => {
  const service = await temporaryDynamodb({ faults: { seed: 7, rate } });
  const { documents } = await sdkOn(service, 6);
  return { ...dynamodbImageStore(documents, "images"), ...dynamodbImageLists(documents, "images") };
};

imageStoreContract("memory", async () => memoryImageStore().store);
imageStoreContract("DynamoDB emulator", () => onDynamodb(0));
imageStoreContract("DynamoDB emulator on a bad day", () => onDynamodb(0.1));

describe("the image store on a bad day", () => {
  it("takes 200 creates in one project at once", async () => {
    const store = await onDynamodb(0.1);
    const now = new Date().toISOString();
    const images = Array.from({ length: 200 }, () => ({
      ...emptyImage,
      id: randomUUID(),
      owner: "demo",
      created_at: now,
      updated_at: now,
    }));
    await Promise.all(images.map((after) => store.commit({ image: { before: undefined, after } })));
    const found = new Set<string>();
    const scopes = [{ kind: "owner", project: "demo" } as const];
    for await (const { id } of store.list({ scopes, sortKey: "name", direction: "asc", expected: 50 }))
      found.add(id);
    expect(found.size).toBe(200);
  });
});
