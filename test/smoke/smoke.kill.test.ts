import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { AwsSide } from "../../infra/smoke/aws-side.ts";
import { removeImages } from "../../infra/smoke/clean-images.ts";
import { look } from "../../infra/smoke/look.ts";
import { points } from "../../infra/smoke/points.ts";
import { createWorld, SMOKE_TAG, type World } from "../../infra/smoke/world.ts";
import { type ImageClient, logIn } from "../runtime/image-client.ts";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import { breaches } from "./breaches.ts";
import { type BreakingProxy, startBreakingProxy } from "./breaking-proxy.ts";
import { completedReport } from "./completed-report.ts";
import { restorableTable } from "./restorable-table.ts";

const root = resolve(import.meta.dirname, "../..");
const table = restorableTable("images");
let runtime: LocalRuntime;
let proxy: BreakingProxy;
let demo: ImageClient;
let bucket: string;
/** Of the operator whom the runtime lets do what the points need. */
let credentials: Readonly<Record<string, string>>;

/** The program, at the proxy; answers its exit code, and what it has said. */
function start(...words: string[]) {
  const child = spawn(
    process.execPath,
    ["infra/smoke/main.ts", "--endpoint", `${proxy.url}/prod`, ...words],
    {
      cwd: root,
      env: {
        ...process.env,
        ...{ OS_CLIENT_CONFIG_FILE: join(runtime.home, "clouds.yaml"), OS_CLOUD: "demo" },
        ...credentials,
      },
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  return { child, output: () => output, ended: once(child, "close").then(([code]) => code as number | null) };
}
const run = async (...words: string[]) => {
  const { ended, output } = start(...words);
  const code = await ended;
  return { code, output: output() };
};

const smokeImages = async (): Promise<unknown[]> => {
  const answer = await demo.fetch(`/v2/images?tag=${SMOKE_TAG}`);
  return ((await answer.json()) as { images: unknown[] }).images;
};

beforeAll(async () => {
  runtime = await startRuntime();
  demo = await logIn(runtime.url, "demo");
  const { s3 } = JSON.parse(readFileSync(join(runtime.home, "runtime.json"), "utf8")) as { s3: string };
  const { operator } = JSON.parse(readFileSync(join(runtime.home, "keys.json"), "utf8"));
  proxy = await startBreakingProxy(
    runtime.gatewayUrl,
    s3,
    (passing) => table.answer(passing) ?? completedReport(passing),
  );
  credentials = {
    ...{ AWS_REGION: "us-east-1", AWS_ENDPOINT_URL_S3: proxy.url, AWS_ENDPOINT_URL_DYNAMODB: proxy.url },
    ...{ AWS_ACCESS_KEY_ID: operator.accessKeyId, AWS_SECRET_ACCESS_KEY: operator.secretAccessKey },
    ...(operator.sessionToken && { AWS_SESSION_TOKEN: operator.sessionToken }),
  };
  [bucket = ""] = readdirSync(join(runtime.home, "s3"));
});
afterAll(async () => {
  proxy?.close();
  await runtime?.stop();
  runtime?.remove();
});

it("sees what was assumed at every point, and leaves nothing behind", async () => {
  const { code, output } = await run("--bucket", bucket, "--table", "images", "--restore");
  const others = points.length - 1;
  expect(output).toContain(`${others} of ${points.length} points looked at, 0 different`);
  expect(code).toBe(0);
  expect(await smokeImages()).toEqual([]);
  expect(table.names()).toEqual(["images"]);
  expect(output).toMatch(/^url-life +good to its end +not looked at: give --patient/m);
}, 120_000);

it("says without AWS credentials which points it could not look at, and how they are given", async () => {
  const { output, code } = await run("--only", "conditional-put,table-id");
  expect(output).toMatch(/^conditional-put .*not looked at: give --outputs FILE/m);
  expect(output).toContain("0 of 2 points looked at");
  expect(code).toBe(0);
});

it("exits with 1 and names the point that is different", async () => {
  proxy.breach = breaches["path-encoding"]?.() ?? {};
  const { output, code } = await run("--only", "path-encoding,links");
  proxy.breach = {};
  expect(output).toMatch(/^path-encoding +the tag 50% ü +the tag 50%25%20%C3%BC$/m);
  expect(output).toContain("2 of 2 points looked at, 1 different");
  expect(code).toBe(1);
});

it("deletes with --clean what a killed run has left, as often as it is asked to", async () => {
  const { child, ended } = start("--bucket", bucket, "--table", "images");
  await vi.waitFor(async () => expect(await smokeImages()).not.toEqual([]), {
    timeout: 20_000,
    interval: 50,
  });
  child.kill("SIGKILL");
  await ended;
  table.put("glance-smoke-left");
  const kept = await demo.create({ tags: ["mine"] });
  expect(await smokeImages()).not.toEqual([]);
  const { output, code } = await run("--clean", "--bucket", bucket, "--table", "images");
  expect(output).toMatch(/^deleted: [1-9]\d* images, \d+ objects and uploads, 1 tables/);
  expect(code).toBe(0);
  expect(await smokeImages()).toEqual([]);
  expect(table.names()).toEqual(["images"]);
  expect((await run("--clean")).output).toContain("deleted: 0 images; the bucket was not looked at");
  expect(await demo.show(kept)).toMatchObject({ status: "queued" });
}, 60_000);

describe("with one assumption broken", () => {
  const made = new Set<string>();
  let world: World;
  const has = new Set(["aws", "patient", "restore"] as const);
  beforeAll(() => {
    const { AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "", AWS_SESSION_TOKEN } = credentials;
    const own = {
      ...{ endpoint: proxy.url, region: "us-east-1" },
      credentials: {
        ...{ accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
        ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
      },
    };
    const aws: AwsSide = {
      s3: new S3Client({ ...own, forcePathStyle: true, requestChecksumCalculation: "WHEN_REQUIRED" }),
      dynamodb: new DynamoDBClient(own),
      ...{ bucket, table: "images" },
    };
    world = createWorld(`${proxy.url}/prod`, (call) => call(demo.token), made, aws);
  });
  afterAll(async () => {
    proxy.breach = {};
    expect(await removeImages(world, made)).toEqual([]);
  });

  it.each(points.map(({ name }) => name))(
    "%s is seen to be different, and its neighbours as assumed",
    async (name) => {
      const at = points.findIndex((point) => point.name === name);
      const neighbours = points.slice(Math.max(0, at - 1), at + 2);
      if (name === "table-id") table.keepsId = true;
      proxy.breach = breaches[name]?.() ?? {};
      const quick = neighbours.filter((point) => point.name === name || point.needs !== "patient");
      const rows = await Promise.all(quick.map((point) => look(point, world, has)));
      proxy.breach = {};
      table.keepsId = false;
      // Everything else rests on these two.
      const alsoBroken = { "transaction-rights": ["binary-body"], complete: ["complete-again"] }[name] ?? [];
      const different = rows.filter(({ isAsAssumed }) => isAsAssumed === false).map(({ point }) => point);
      expect(different.toSorted(), JSON.stringify(rows)).toEqual([name, ...alsoBroken].toSorted());
    },
  );
});
