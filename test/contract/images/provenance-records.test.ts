import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { temporaryDynamodb } from "../../../infra/local-aws/test/dynamodb/temporary-dynamodb.ts";
import { dynamodbProvenanceRecords } from "../../../shared/images/adapters/dynamodb/provenance-records.ts";
import type { ProvenanceRecords } from "../../../shared/images/ports/provenance-records.ts";
import { sdkOn } from "../../fakes/documents-on-emulator.ts";
import { memoryProvenanceRecords } from "../../fakes/images/memory-provenance-records.ts";
import { memoryStatementSigner } from "../../fakes/images/memory-statement-signer.ts";

const onEmulator = (rate: number) => async () => {
  const service = await temporaryDynamodb({ faults: { seed: 5, rate } });
  return dynamodbProvenanceRecords((await sdkOn(service, 6)).documents, "images");
};
const until = "2999-01-01T00:00:00.000Z";

describe.each<[string, () => Promise<ProvenanceRecords>]>([
  ["memory", async () => memoryProvenanceRecords()],
  ["DynamoDB emulator", onEmulator(0)],
  ["DynamoDB emulator on a bad day", onEmulator(0.2)],
])("ProvenanceRecords (%s)", (_, make) => {
  it("keeps every key that was published, each once, in the order of their kids", async () => {
    const records = await make();
    expect(await records.keys()).toEqual([]);
    const keys = await Promise.all([0, 1, 2].map(() => memoryStatementSigner().publicKey()));
    for (const key of [...keys, ...keys]) await records.publish(key);
    expect(await records.keys()).toEqual([...keys].sort((a, b) => (a.kid < b.kid ? -1 : 1)));
  });

  it("finds the latest signature of an image for a reader, and of no other", async () => {
    const records = await make();
    const id = randomUUID();
    const signature = { payload_sha256: "0".repeat(64), kid: "k", sig: "c2ln" };
    expect(await records.find(id, "owner")).toBeUndefined();
    await records.keep(id, "owner", { ...signature, sig: "b2xk" }, until);
    await records.keep(id, "owner", signature, until);
    expect(await records.find(id, "owner")).toEqual(signature);
    expect(await records.find(id, "anybody")).toBeUndefined();
    expect(await records.find(randomUUID(), "owner")).toBeUndefined();
    expect(await records.find("x".repeat(5000), "owner")).toBeUndefined();
  });
});
