import { createHash, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { parseChecksum } from "../../../../../shared/images/domain/expected-checksum.ts";
import { attendFetch } from "../../../../../shared/images/operations/imports/attend-fetch.ts";
import { attendImport } from "../../../../../shared/images/operations/imports/attend-import.ts";
import { hashesOf } from "../../../../fakes/images/service.ts";
import { fetchingService } from "./fetching-service.ts";
import { type Manners, serving, startServer } from "./odd-source.ts";

const data = randomBytes(205_000);
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const expected = parseChecksum(`sha256:${sha256(data)}`);

async function rig(manners: Manners = {}, options: Parameters<typeof fetchingService>[1] = {}) {
  const server = await startServer(serving(() => data, manners));
  const service = fetchingService(server.source, options);
  return { ...server, ...service, [Symbol.asyncDispose]: server[Symbol.asyncDispose] };
}
type Rig = Awaited<ReturnType<typeof rig>>;

/** The import is over, the image in use with these bytes, and nothing is left over. */
async function expectImported(
  { imageOfTask, dataIn, taskOf, leftovers }: Rig,
  taskId: string,
): Promise<void> {
  const image = imageOfTask(taskId);
  expect(taskOf(taskId)).toMatchObject({ status: "success" });
  expect(image).toMatchObject({ status: "active", size: data.length, ...hashesOf(data), staged: null });
  expect(dataIn("fast", image.id)).toEqual([data.toString()]);
  expect(await leftovers()).toEqual([]);
}

async function expectFailed(
  { imageOfTask, taskOf, leftovers }: Rig,
  taskId: string,
  why: RegExp,
): Promise<void> {
  expect(taskOf(taskId)).toMatchObject({ status: "failure", message: expect.stringMatching(why) });
  expect(imageOfTask(taskId)).toMatchObject({
    status: "queued",
    staged: null,
    size: null,
    transfer_id: null,
  });
  expect(await leftovers()).toEqual([]);
}

describe("an import of data at another host", () => {
  it("fetches its parts, and reads nothing again that it has hashed on its way", async () => {
    await using it = await rig();
    const task = await it.begun(it.url);
    let reads = 0;
    const fast = it.bytesOf("fast").store;
    const { read } = fast;
    fast.read = (key, offset, length) => {
      if (length === data.length) reads++;
      return read(key, offset, length);
    };
    await it.run(task);
    await expectImported(it, task);
    expect(reads).toBe(0);
  });

  it("goes on where runs end for want of time", async () => {
    await using it = await rig();
    const task = await it.begun(it.url);
    let asked = 0;
    const results = await it.run(task, { hasTime: () => ++asked % 9 > 0 });
    expect(results.filter((result) => result === "continues").length).toBeGreaterThan(1);
    await expectImported(it, task);
  });

  it("fetches large data by several runs", async () => {
    await using it = await rig({}, { settings: { import_fan_out_size: 100_000 } });
    const task = await it.begun(it.url, { expected });
    const results = await it.run(task);
    expect(results.filter((result) => result === "a piece")).toHaveLength(4);
    await expectImported(it, task);
  });

  it("takes a source without ranges as it comes", async () => {
    await using it = await rig({ ranges: false, mark: () => undefined });
    const task = await it.begun(it.url, { expected });
    await it.run(task);
    await expectImported(it, task);
  });

  it("finds the parts that came with wrong bytes, before they are stored for good and after", async () => {
    for (const settings of [{}, { import_fan_out_size: 100_000 }]) {
      let spoilt = 0;
      const spoil = (bytes: Buffer, from: number) =>
        from === 70_000 && bytes.length > 1 && ++spoilt === 1 ? Buffer.from(bytes).fill(1) : bytes;
      await using it = await rig({ spoil }, { settings });
      const task = await it.begun(it.url, { expected });
      const sent: number[] = [];
      const fast = it.bytesOf("fast").store;
      const { sendPart } = fast;
      fast.sendPart = (key, uploadId, number, bytes) => {
        sent.push(number);
        return sendPart(key, uploadId, number, bytes);
      };
      await it.run(task);
      await expectImported(it, task);
      expect(sent.filter((number) => number === 8)).toHaveLength(2);
      expect(sent).toHaveLength(22);
    }
  });

  it("refuses bytes that are never the expected ones, and says which came", async () => {
    for (const manners of [{}, { ranges: false }])
      for (const settings of [{}, { import_fan_out_size: 100_000 }]) {
        await using it = await rig(manners, { settings });
        const task = await it.begun(it.url, { expected: parseChecksum("ab".repeat(32)) });
        await it.run(task);
        await expectFailed(it, task, new RegExp(`has the sha256 ${sha256(data)}, not abab`));
      }
  });

  it("says what a source did wrong", async () => {
    await using it = await rig({ breaks: (from) => from > 0 });
    const task = await it.begun(it.url);
    await it.run(task);
    await expectFailed(it, task, /broke off after/);
    const elsewhere = await it.begun("http://169.254.169.254/latest/meta-data");
    await it.run(elsewhere);
    await expectFailed(it, elsewhere, /not one that is fetched from/);
  });

  it.each([
    ["in parts", {}],
    ["as it comes", { ranges: false, mark: () => undefined }],
  ])("reads again what was fetched %s, where a late run has stored other bytes since", async (_, manners) => {
    await using it = await rig(manners);
    const task = await it.begun(it.url, { expected });
    const fast = it.bytesOf("fast").store;
    const message = { taskId: task };
    expect(await attendFetch(it.ports)(message, () => true)).toBe("fetched");
    const [upload] = [...it.bytesOf("fast").uploads.entries()];
    const [uploadId = "", { key = "", parts = new Map() } = {}] = upload ?? [];
    await fast.sendPart(key, uploadId, 1, Buffer.from(parts.get(1) ?? "").fill(1));
    await it.run(task);
    if ("ranges" in manners) return expectFailed(it, task, /has the sha256 .*, not/);
    await expectImported(it, task);
  });

  it("stores nothing when another run may have the import in hand", async () => {
    for (const manners of [{}, { ranges: false, mark: () => undefined }]) {
      let isLate = false;
      const spoil = (bytes: Buffer, from: number) => {
        if (!isLate && (from === 70_000 || ("ranges" in manners && bytes.length > 1))) {
          isLate = true;
          it.pass(600);
        }
        return bytes;
      };
      await using it = await rig({ ...manners, spoil });
      const task = await it.begun(it.url, { expected });
      const sent: number[] = [];
      const fast = it.bytesOf("fast").store;
      const { sendPart } = fast;
      fast.sendPart = (key, uploadId, number, bytes) => {
        if (isLate) sent.push(number);
        return sendPart(key, uploadId, number, bytes);
      };
      expect(await attendFetch(it.ports)({ taskId: task }, () => true)).toBe("in other hands");
      expect(sent).toEqual([]);
      await it.run(task);
      await expectImported(it, task);
    }
  });

  it("asks a host again that is busy when it is looked at", async () => {
    let asked = 0;
    const serve = serving(() => data);
    await using server = await startServer((request, response) =>
      ++asked < 5 ? response.writeHead(503).end() : serve(request, response),
    );
    const service = fetchingService(server.source);
    const task = await service.begun(server.url);
    await service.run(task);
    expect(service.taskOf(task)).toMatchObject({ status: "success" });
  });

  it("hands pieces out again only when they must be lost", async () => {
    await using it = await rig({}, { settings: { import_fan_out_size: 100_000 } });
    const task = await it.begun(it.url, { expected });
    const handOut = async () => {
      expect(await attendFetch(it.ports)({ taskId: task }, () => true)).toBe("handed out");
      return it.work.fetching.splice(0).length;
    };
    expect(await handOut()).toBe(5);
    expect(await handOut()).toBe(0);
    it.pass(3601);
    expect(await handOut()).toBe(5);
    it.pass(3601);
    expect(await handOut()).toBe(0);
    it.pass(3601);
    expect(await handOut()).toBe(5);
    it.pass(4 * 3601);
    await it.run(task);
    await expectImported(it, task);
  });

  it("reads no more of a source without a length than the project may stage", async () => {
    let sent = 0;
    await using server = await startServer((_, response) => {
      response.writeHead(200);
      const send = () => {
        sent += 65_536;
        return sent > 64 * 1024 ** 2 ? response.end() : response.write(Buffer.alloc(65_536), send);
      };
      send();
    });
    const service = fetchingService(server.source);
    const limits = { of: async () => ({ image_stage_total: 1 }) };
    const task = await service.begun(server.url);
    await service.run(task, { others: { limits } as never });
    expect(service.taskOf(task)).toMatchObject({
      status: "failure",
      message: expect.stringMatching(/more bytes than the project may stage/),
    });
    expect(sent).toBeLessThan(40 * 1024 ** 2);
  });

  it("gives a source up of which runs bring not one part", async () => {
    for (const settings of [{}, { import_fan_out_size: 200_000 }]) {
      await using it = await rig({ breaks: (from) => from >= 100_000 }, { settings, pieceBytes: 100_000 });
      const task = await it.begun(it.url);
      const results = await it.run(task, { hasTime: () => false });
      expect(results.filter((result) => result === "nothing came").length).toBeGreaterThan(1);
      await expectFailed(it, task, /too slow: 3 runs brought not one part/);
    }
  });

  it("fetches nothing more for an import that has had its time", async () => {
    await using it = await rig();
    const task = await it.begun(it.url);
    it.pass(it.ports.settings.import_lifetime_max + 1);
    expect(await attendFetch(it.ports)({ taskId: task }, () => true)).toBe("failed");
    expect(it.requests).toEqual([]);
    await it.run(task);
    await expectFailed(it, task, /has not come to its end in time/);
  });

  it("is not failed by a run that comes late with a piece that others have fetched", async () => {
    await using it = await rig({}, { settings: { import_fan_out_size: 100_000 } });
    const task = await it.begun(it.url, { expected });
    expect(await attendFetch(it.ports)({ taskId: task }, () => true)).toBe("handed out");
    const pieces = it.work.fetching.splice(0);
    for (const piece of pieces.slice(1)) await attendFetch(it.ports)(piece, () => true);
    const [first = { taskId: task }] = pieces;
    const fast = it.bytesOf("fast").store;
    const { sendPart } = fast;
    fast.sendPart = async (key, uploadId, number, bytes) => {
      fast.sendPart = sendPart;
      expect(await attendFetch(it.ports)(first, () => true)).toBe("fetched");
      // It makes the object, and has no time to compare it.
      expect(await attendImport(it.ports)({ taskId: task }, () => false)).toBe("continues");
      return sendPart(key, uploadId, number, bytes);
    };
    expect(await attendFetch(it.ports)(first, () => true)).toBe("nothing to do");
    await it.run(task);
    await expectImported(it, task);
  });

  it("ends when the image is deleted meanwhile", async () => {
    await using it = await rig();
    const task = await it.begun(it.url);
    let asked = 0;
    it.work.importing.push({ taskId: task });
    const results = await it.run(task, {
      hasTime: () => {
        if (++asked === 6)
          it.metadata.images.set(it.imageOfTask(task).id, { ...it.imageOfTask(task), status: "deleted" });
        return asked % 5 > 0;
      },
    });
    expect(results).toContain("failed");
    expect(it.taskOf(task)).toMatchObject({ status: "failure" });
    expect(await it.leftovers()).toEqual([]);
  });

  it("makes an image without bytes of an empty source", async () => {
    await using server = await startServer(serving(() => Buffer.alloc(0)));
    const service = fetchingService(server.source);
    const task = await service.begun(server.url);
    await service.run(task);
    expect(service.imageOfTask(task)).toMatchObject({ status: "active", size: 0 });
    expect(await service.leftovers()).toEqual([]);
  });
});
