import { createHash, randomBytes } from "node:crypto";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Connections, createConnections } from "../../client/transfer/connections.ts";
import { Parallelism } from "../../client/transfer/parallelism.ts";
import { createTransferApi, type TransferApi } from "../../client/transfer/transfer-api.ts";
import { FileChanged } from "../../client/upload/file-changed.ts";
import { evenLayout } from "../../client/upload/part-layout.ts";
import type { PartSource } from "../../client/upload/part-source.ts";
import { runTransfer, type TransferRun } from "../../client/upload/run-transfer.ts";
import { sendParts } from "../../client/upload/send-parts.ts";
import { FakeService } from "../ingress/fake-service.ts";

const MIB = 1024 ** 2;
const data = randomBytes(21 * MIB);
const never = new AbortController().signal;
const digest = (algorithm: string, bytes: Buffer) => createHash(algorithm).update(bytes).digest("hex");

const source: PartSource = {
  fill: async (buffer, offset) => data.copy(buffer, 0, offset),
};

let service: FakeService;
let connections: Connections;
let api: TransferApi;
let imageId: string;
beforeEach(async () => {
  service = await new FakeService().start();
  connections = createConnections();
  const retry = { attempts: 4, baseMs: 2, capMs: 10 };
  api = createTransferApi({ endpoint: service.endpoint, connections, retry, idleMs: 5000 });
  imageId = service.addImage();
});
afterEach(async () => {
  connections.close();
  await service.stop();
});

async function newRun(): Promise<TransferRun> {
  const opened = await api.open(imageId, "user-token", data.length, 60);
  return {
    api,
    transfer: { imageId, id: opened.id, token: opened.token },
    storage: connections,
    layout: evenLayout(data.length, 5 * MIB),
    source,
    chosen: undefined,
    parallelism: new Parallelism(2),
    rateLimit: undefined,
    progress: { moving: () => undefined, restart: () => undefined, done: () => undefined },
    beforeComplete: async () => undefined,
    signal: never,
  };
}

it("every part is sent once and the whole is stated with both hashes", async () => {
  const sent = await runTransfer(await newRun());
  expect(sent).toMatchObject({ bytes: data.length, sentBytes: data.length });
  expect(service.image(imageId)).toMatchObject({
    status: "active",
    checksum: digest("md5", data),
    sha512: digest("sha512", data),
  });
  expect(service.bytesOf(imageId).equals(data)).toBe(true);
  expect(service.partsOf(imageId).map(([, { puts }]) => puts)).toEqual([1, 1, 1, 1, 1]);
});

it("expired addresses are renewed, damage and cuts are repeated", async () => {
  service.s3.urlLifeMs = -1000;
  service.s3.fault = (part, attempt) => {
    service.s3.urlLifeMs = 3_600_000;
    return part === 3 && attempt === 3 ? "cut" : part === 4 && attempt === 3 ? { status: 503 } : undefined;
  };
  await runTransfer(await newRun());
  expect(service.s3.refusals).toContain("AccessDenied");
  expect(service.bytesOf(imageId).equals(data)).toBe(true);
}, 60_000);

it("a completion that the service needs time for is waited for, and its failure is the error", async () => {
  service.completionPolls = 2;
  await runTransfer(await newRun());
  expect(service.image(imageId).status).toBe("active");

  imageId = service.addImage();
  service.failCompletion = { code: 415, message: "that is no qcow2" };
  await expect(newRun().then(runTransfer)).rejects.toThrow("that is no qcow2");
});

it("what changes while it is read is never stated", async () => {
  const run = await newRun();
  const changed = () => Promise.reject(new FileChanged("changed"));
  await expect(runTransfer({ ...run, beforeComplete: changed })).rejects.toThrow("changed");
  expect(service.image(imageId).status).toBe("saving");
  const shorter: PartSource = { fill: async (buffer, offset) => data.copy(buffer, 0, offset, 20 * MIB) };
  await expect(runTransfer({ ...run, source: shorter })).rejects.toThrow("shorter");
});

it("Ctrl-C that comes with the end of what is read states nothing", async () => {
  const pressed = new AbortController();
  const beforeComplete = async () => pressed.abort(new Error("interrupted"));
  const run = { ...(await newRun()), beforeComplete, signal: pressed.signal };
  await expect(runTransfer(run)).rejects.toThrow("interrupted");
  expect(service.image(imageId).status).toBe("saving");
});

it("stored parts are compared, not sent; another one than stored is an error", async () => {
  const layout = evenLayout(data.length, 5 * MIB);
  const etagOf = (number: number) => digest("md5", data.subarray((number - 1) * 5 * MIB, number * 5 * MIB));
  const stored = new Map(
    [1, 3, 5].map((number) => [number, { etag: etagOf(number), size: layout.sizeOf(number) ?? 0 }]),
  );
  const puts: number[] = [];
  const job = {
    source,
    layout,
    stored,
    chosen: undefined,
    store: async ({ number, md5 }: { number: number; md5: Buffer }) => {
      puts.push(number);
      return { number, etag: md5.toString("hex") };
    },
    parallelism: new Parallelism(2),
    onStored: () => undefined,
    signal: never,
  };
  const sent = await sendParts(job);
  expect(puts.sort()).toEqual([2, 4]);
  expect(sent).toMatchObject({ sentBytes: 10 * MIB, hashes: { sha512: digest("sha512", data) } });
  stored.set(3, { etag: etagOf(1), size: 5 * MIB });
  await expect(sendParts(job)).rejects.toThrow("part 3 is stored with other bytes");
  const some = await sendParts({ ...job, chosen: new Set([1, 2]) });
  expect(some.hashes).toBeUndefined();
});
