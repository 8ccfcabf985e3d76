import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { temporaryDynamodb } from "../../../infra/local-aws/test/dynamodb/temporary-dynamodb.ts";
import { dynamodbRefusedUploads } from "../../../shared/images/adapters/dynamodb/refused-uploads.ts";
import type { RefusedUploads } from "../../../shared/images/ports/refused-uploads.ts";
import { sdkOn } from "../../fakes/documents-on-emulator.ts";
import { memoryRefusedUploads } from "../../fakes/images/memory-refused-uploads.ts";

const onEmulator = (rate: number) => async () => {
  const service = await temporaryDynamodb({ faults: { seed: 5, rate } });
  return dynamodbRefusedUploads((await sdkOn(service, 6)).documents, "images");
};

describe.each<[string, () => Promise<RefusedUploads>]>([
  ["memory", async () => memoryRefusedUploads()],
  ["DynamoDB emulator", onEmulator(0)],
  ["DynamoDB emulator on a bad day", onEmulator(0.2)],
])("RefusedUploads (%s)", (_, make) => {
  it("tells of the latest one of an image, past or not, and of no other", async () => {
    const refused = await make();
    const id = randomUUID();
    expect(await refused.rememberedUntil(id)).toBeUndefined();
    await refused.note(id, "2020-01-01T00:00:00.000Z");
    await refused.note(id, "2999-01-01T00:00:00.000Z");
    expect(await refused.rememberedUntil(id)).toBe("2999-01-01T00:00:00.000Z");
    expect(await refused.rememberedUntil(randomUUID())).toBeUndefined();
    expect(await refused.rememberedUntil("x".repeat(5000))).toBeUndefined();
  });
});
