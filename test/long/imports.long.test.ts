import { spawn } from "node:child_process";
import { randomInt, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { ListMultipartUploadsCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { expect, it, onTestFinished } from "vitest";
import { urlOf } from "../../infra/local-aws/test/dynamodb/sdk-endpoint.ts";
import { temporaryDynamodb } from "../../infra/local-aws/test/dynamodb/temporary-dynamodb.ts";
import { startS3UnderTest } from "../../infra/local-aws/test/s3/s3-under-test.ts";
import { dynamodbImageStore } from "../../shared/images/adapters/dynamodb/image-store.ts";
import { dynamodbTaskStore } from "../../shared/images/adapters/dynamodb/task-store.ts";
import { emptyImage, type Image } from "../../shared/images/domain/image.ts";
import { LOCK_PROPERTY } from "../../shared/images/domain/import-lock.ts";
import type { Task } from "../../shared/images/domain/task.ts";
import { sdkOn } from "../fakes/documents-on-emulator.ts";
import type { FetchOrder } from "./fetch-worker.ts";
import { startTroubledSource } from "./troubled-source.ts";

const MIB = 1024 ** 2;
/** Four are what a large image has: GIB=4 */
const SIZE = Number(process.env.GIB ?? "1") * 1024 * MIB;
const CONNECTIONS = 4;
const PART_BYTES = 16 * MIB;

type Said = Map<string, number>;

/** Lets the worker send so many parts, and kills it then; what it has said, in counts and bytes. Keeps its queue. */
async function work(
  { waiting, ...rest }: Omit<FetchOrder, "waiting"> & { readonly waiting: string[] },
  most: number,
  said: Said,
): Promise<boolean> {
  const order: FetchOrder = { ...rest, waiting: waiting.map((message) => JSON.parse(message)) };
  const script = fileURLToPath(new URL("fetch-worker.ts", import.meta.url));
  const worker = spawn(
    process.execPath,
    [...(process.env.PROF ? ["--cpu-prof", "--cpu-prof-dir=/tmp/prof"] : []), script, JSON.stringify(order)],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const ended = once(worker, "exit");
  let sent = 0;
  let isOver = false;
  for await (const line of createInterface({ input: worker.stdout })) {
    const [what = "", bytes = ""] = line.split(" ");
    if (what === "queued") waiting.push(bytes);
    if (what === "handled" && waiting.includes(bytes)) waiting.splice(waiting.indexOf(bytes), 1);
    said.set(what, (said.get(what) ?? 0) + (Number(bytes) || 1));
    if (what === "sent" && ++sent === most) worker.kill("SIGKILL");
    if (what === "over") isOver = true;
  }
  const [code] = await ended;
  if (!isOver && code !== null) throw new Error(`the worker ended with ${code}`);
  return isOver;
}

async function rig() {
  const source = await startTroubledSource(SIZE);
  onTestFinished(() => source.stop());
  const s3 = await startS3UnderTest();
  onTestFinished(() => s3.stop());
  const table = await temporaryDynamodb();
  const { documents } = await sdkOn(table);
  const images = dynamodbImageStore(documents, "images", { countsUsage: false });
  const tasks = dynamodbTaskStore(documents, "images");
  const begin = async (uri: string): Promise<Task> => {
    const [id, taskId] = [randomUUID(), randomUUID()];
    const now = new Date().toISOString();
    const image: Image = {
      ...emptyImage,
      ...{
        id,
        status: "importing",
        disk_format: "raw",
        container_format: "bare",
        created_at: now,
        updated_at: now,
      },
      properties: { [LOCK_PROPERTY]: taskId },
    };
    const task: Task = {
      ...{
        id: taskId,
        revision: 0,
        type: "api_image_import",
        status: "processing",
        owner: null,
        user_id: null,
      },
      ...{ request_id: null, image_id: id, input: { image_id: id, import_req: {}, backend: ["fast"] } },
      ...{ result: null, message: "", created_at: now, updated_at: now, expires_at: null },
      import: {
        ...{
          method: { name: "web-download", uri },
          stores: ["fast"],
          all_stores_must_succeed: true,
          step: "fetch",
        },
        ...{ placed: [], failed: [], plugins_done: [], roles: [], attempts: 0 },
        expected: { algorithm: "sha256", value: source.sha256 },
      },
    };
    await images.commit({
      image: { before: undefined, after: image },
      writes: [{ kind: "task", before: undefined, after: task }],
    });
    return task;
  };
  const order = { s3: s3.endpoint, dynamodb: await urlOf(table), aheadMs: 0, waiting: [] as string[] };
  return { source, s3, images, tasks, begin, order };
}

const mib = (bytes: number | undefined) => `${Math.round((bytes ?? 0) / MIB)} MiB`;
const seconds = (since: number) => (Date.now() - since) / 1000;

it(`${SIZE / 1024 / MIB} GiB are fetched from a host that drops, delays and spoils, by workers that are killed at random`, async () => {
  const { source, s3, images, tasks, begin, order } = await rig();
  const task = await begin(source.url);
  const said: Said = new Map();
  const beganAt = Date.now();
  let kills = 0;
  const rest = { taskId: task.id, fanOutBytes: 512 * MIB, runMs: 4000 };
  while (!(await work({ ...order, ...rest, aheadMs: kills * 301_000 }, randomInt(10, 60), said))) kills++;
  const { counts } = source;
  console.log(
    `${mib(SIZE)} in ${seconds(beganAt)} s, ${kills} kills, ${counts.dropped} dropped, ${counts.slow} slow, ${counts.wrong} wrong: ` +
      `${mib(counts.served - SIZE)} fetched again, ${mib((said.get("sent") ?? 0) - SIZE)} sent again, ${mib(said.get("read"))} read`,
  );
  const ended = await tasks.findTask(task.id);
  expect(ended).toMatchObject({ status: "success" });
  expect(await images.find(task.image_id)).toMatchObject({ status: "active", size: SIZE });
  expect({ wrong: counts.wrong, isDropping: counts.dropped > 0, isKilled: kills > 0 }).toEqual({
    wrong: 1,
    isDropping: true,
    isKilled: true,
  });
  // A part in hand of each connection for a kill; half of one for a drop; and all of it once more, to find the wrong bytes.
  const parts = (kills + 1) * 2 * CONNECTIONS + counts.dropped / 2;
  expect(counts.served).toBeLessThanOrEqual(2 * SIZE + parts * PART_BYTES);
  expect((await s3.client.send(new ListMultipartUploadsCommand({ Bucket: "images" }))).Uploads ?? []).toEqual(
    [],
  );
}, 1_200_000);

it("is fetched as fast as curl does it, and hashed and stored at the same time", async () => {
  const { source, s3, images, begin, order } = await rig();
  const curlAt = Date.now();
  // The server is in this process: it must go on meanwhile.
  const curl = spawn("curl", ["-sS", "-o", "/dev/null", source.plainUrl], { stdio: "inherit" });
  const [code] = await once(curl, "exit");
  const curlSeconds = seconds(curlAt);
  expect(code).toBe(0);
  const task = await begin(source.plainUrl);
  const said: Said = new Map();
  const beganAt = Date.now();
  const rest = { taskId: task.id, fanOutBytes: 1024 * SIZE, runMs: 900_000 };
  expect(await work({ ...order, ...rest }, Number.POSITIVE_INFINITY, said)).toBe(true);
  console.log(
    `${mib(SIZE)}: curl to nowhere ${curlSeconds} s, import ${seconds(beganAt)} s with ${mib(said.get("memory"))} of memory and ${(said.get("cpu") ?? 0) / 1000} s of processor time; ` +
      `${mib(said.get("read"))} read again`,
  );
  const image = await images.find(task.image_id);
  expect(image).toMatchObject({ status: "active", size: SIZE });
  expect(said.get("read") ?? 0).toBeLessThan(MIB);
  expect(said.get("memory") ?? 0).toBeLessThan(600 * MIB);
  const { Contents = [] } = await s3.client.send(new ListObjectsV2Command({ Bucket: "images" }));
  expect(Contents.map(({ Key, Size }) => ({ Key, Size }))).toEqual([
    { Key: image?.locations[0]?.key, Size: SIZE },
  ]);
}, 1_200_000);
