import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleFunctions } from "../../../infra/bundle.ts";
import { packedHashes } from "../../../infra/bundling/packed-hashes.ts";
import { usedBranchesOnly } from "../../../infra/bundling/unused-branches.ts";
import { standInProject } from "./stand-ins.ts";

const packages = join(import.meta.dirname, "../../../node_modules");

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "glance-left-out-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function bundled(source: string, outfile: string, plugins: Plugin[]) {
  await build({
    entryPoints: [source],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    mainFields: ["module", "main"],
    plugins,
  });
  return import(pathToFileURL(outfile).href);
}

test.each([
  ["retry/util-retry/AdaptiveRetryStrategy", "AdaptiveRetryStrategy"],
  ["config/config-resolver/regionConfig/getInstanceMetadataRegion", "getInstanceMetadataRegion"],
  ["serde/util-stream/sdk-stream-mixin.browser", "sdkStreamMixin"],
  ["serde/util-stream/getAwsChunkedEncodingStream.browser", "getAwsChunkedEncodingStream"],
  ["serde/util-stream/checksum/createChecksumStream.browser", "createChecksumStream"],
])("%s is all that its module has, is left out and says so", async (module, name) => {
  const source = join(packages, "@smithy/core/dist-es/submodules", `${module}.js`);
  expect(Object.keys(await bundled(source, join(folder, `${name}-whole.mjs`), []))).toEqual([name]);
  const exported = await bundled(source, join(folder, `${name}.mjs`), [usedBranchesOnly]);
  expect(Object.keys(exported)).toEqual([name]);
  expect(() => new exported[name]()).toThrow(`${name} is left out of the bundle`);
});

test("hash-wasm says the same with its programs packed, also from a kept state, and is smaller", async () => {
  const source = join(folder, "hashes.mjs");
  const kinds = {
    createMD5: "md5",
    createSHA224: "sha224",
    createSHA256: "sha256",
    createSHA384: "sha384",
    createSHA512: "sha512",
  };
  await writeFile(source, `export { ${Object.keys(kinds)} } from "${packages}/hash-wasm";`);
  const whole = await bundled(source, join(folder, "hashes-whole.mjs"), []);
  const small = await bundled(source, join(folder, "hashes-small.mjs"), [packedHashes]);
  const [first, second] = [randomBytes(1000), randomBytes(1000)];
  for (const [create, algorithm] of Object.entries(kinds)) {
    const state = (await whole[create]()).init().update(first).save();
    const digest = (await small[create]()).load(state).update(second).digest("hex");
    expect(digest).toBe(createHash(algorithm).update(first).update(second).digest("hex"));
  }
  const sizeOf = async (name: string) => (await stat(join(folder, name))).size;
  expect(await sizeOf("hashes-small.mjs")).toBeLessThan((await sizeOf("hashes-whole.mjs")) - 24_000);
});

describe("an error of SQS, whose classes are left out", () => {
  const source = `
    import { SendMessageCommand, SQSClient } from "${packages}/@aws-sdk/client-sqs";
    const credentials = { accessKeyId: "key", secretAccessKey: "secret" };
    export const handler = (endpoint) => new SQSClient({ region: "us-east-1", credentials, endpoint, maxAttempts: 2 })
      .send(new SendMessageCommand({ QueueUrl: endpoint + "/1/q", MessageBody: "x" }))
      .catch((error) => ({ name: error.name, message: error.message, attempts: error.$metadata.attempts }));`;
  let handler: (endpoint: string) => Promise<unknown>;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const project = await standInProject((name) => (name === "data" ? source : "export const handler = 0;"));
    remove = project.remove;
    const { data } = await bundleFunctions(join(project.root, "out"), project.root);
    ({ handler } = await import(pathToFileURL(join(data.directory, "index.mjs")).href));
  });
  afterAll(() => remove());

  test.each([
    ["com.amazonaws.sqs#QueueDoesNotExist", "QueueDoesNotExist", 1],
    // Tried again as before: the SDK knows throttling by its name.
    ["com.amazonaws.sqs#RequestThrottled", "RequestThrottled", 2],
  ])("%s has its name and message", async (type, name, attempts) => {
    const server = createServer((request, response) => {
      request.resume().on("end", () => {
        response.writeHead(400, { "content-type": "application/x-amz-json-1.0" });
        response.end(JSON.stringify({ __type: type, message: "it is so" }));
      });
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    try {
      const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      expect(await handler(endpoint)).toEqual({ name, message: "it is so", attempts });
    } finally {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  });
});
