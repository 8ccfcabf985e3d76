import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { S3Client, UploadPartCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { build, type Plugin } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleFunctions } from "../../../infra/bundle.ts";
import { nativeHashesOnly } from "../../../infra/bundling/native-hashes.ts";
import {
  usedSchemasOnly,
  withLiteralKeys,
  withoutNeedlessErrors,
} from "../../../infra/bundling/sdk-schemas.ts";
import { standInProject } from "./stand-ins.ts";

const packages = join(import.meta.dirname, "../../../node_modules");

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "glance-sdk-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What a module of a package exports, thunks as their source: functions are never equal. */
async function exportsOf(file: string, name: string, plugins: Plugin[]): Promise<string> {
  const outfile = join(folder, `${name}.mjs`);
  await build({
    entryPoints: [join(packages, file)],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    mainFields: ["module", "main"],
    plugins,
    logLevel: "silent",
  });
  const value = { ...(await import(pathToFileURL(outfile).href)) };
  return JSON.stringify(value, (_key, part) => (typeof part === "function" ? String(part) : part));
}

const schemasOf = (client: string): string => `@aws-sdk/${client}/dist-es/schemas/schemas_0.js`;

describe.each(["client-s3", "client-dynamodb", "client-sqs", "client-kms"])("the schemas of %s", (client) => {
  test("say the same with their keys written out", async () => {
    const [before, after] = await Promise.all([
      exportsOf(schemasOf(client), `${client}-as-it-is`, []),
      exportsOf(schemasOf(client), `${client}-written-out`, [usedSchemasOnly]),
    ]);
    expect(before.length).toBeGreaterThan(10_000);
    // Not toBe, or a failure would print both.
    expect(after === before).toBe(true);
  });

  test("have no computed key left, and had some", async () => {
    const source = await readFile(join(packages, schemasOf(client)), "utf8");
    const computed = (text: string) => text.match(/[{,]\s*\[\w+\]\s*:/g)?.length ?? 0;
    expect(computed(source)).toBeGreaterThan(30);
    expect(computed(withLiteralKeys(source))).toBe(0);
  });
});

test("a key that is not the file's own constant stays as it is", () => {
  const source = 'const _p = "__proto__";\nconst _e = "error";\nvar x = { [_e]: 1, [_p]: 2, [_x]: 3 };\n';
  expect(withLiteralKeys(source)).toContain('{ "error": 1, [_p]: 2, [_x]: 3 }');
});

/** Errors whose class a client knows: all of them, and in a bundle. */
async function errorsOf(client: string): Promise<{ all: string[]; left: string[] }> {
  const source = await readFile(join(packages, schemasOf(client)), "utf8");
  const registered = (text: string) =>
    [...text.matchAll(/registerError\((\w+)\$/g)].map(([, name = ""]) => name);
  return { all: registered(source), left: registered(withoutNeedlessErrors(client, source)) };
}

test("DynamoDB's errors of calls on items stay registered, those of calls on tables do not", async () => {
  const { all, left } = await errorsOf("client-dynamodb");
  // API reference, "Errors" of TransactWriteItems, UpdateItem, Query and BatchWriteItem.
  expect(left).toEqual([
    ...[
      "DynamoDBServiceException",
      "ConditionalCheckFailedException",
      "IdempotentParameterMismatchException",
    ],
    ...["InternalServerError", "ItemCollectionSizeLimitExceededException"],
    ...["ProvisionedThroughputExceededException", "ReplicatedWriteConflictException", "RequestLimitExceeded"],
    ...["ResourceNotFoundException", "ThrottlingException", "TransactionCanceledException"],
    ...["TransactionConflictException", "TransactionInProgressException"],
  ]);
  expect(all.length).toBeGreaterThan(left.length + 15);
});

test("S3's errors of calls on objects stay registered, those of buckets and archives do not; SQS's are not", async () => {
  const s3 = await errorsOf("client-s3");
  // API reference, "Errors" of GetObject, HeadObject, UploadPart, CompleteMultipartUpload and ListParts.
  expect(s3.left).toEqual([
    ...["S3ServiceException", "AccessDenied", "InvalidObjectState", "InvalidRequest"],
    ...["NoSuchBucket", "NoSuchKey", "NoSuchUpload", "NotFound"],
  ]);
  expect(s3.all.length).toBeGreaterThan(s3.left.length + 10);
  const sqs = await errorsOf("client-sqs");
  expect(sqs.left).toEqual(["SQSServiceException"]);
  expect(sqs.all.length).toBeGreaterThan(20);
});

test.each([
  ["@smithy/core/dist-es/submodules/checksum/sha256", "Sha256"],
  ["@smithy/core/dist-es/submodules/checksum/md5", "Md5"],
  ["@aws-sdk/checksums/dist-es/submodules/sha/sha1", "Sha1"],
])("%s is Node's %s in a bundle", async (path, name) => {
  const outfile = join(folder, `${name}.mjs`);
  await build({
    stdin: {
      contents: `export { ${name}Node as Native } from "./${name}Node.js"; export { ${name}Js as Own } from "./${name}Js.js";`,
      resolveDir: join(packages, path),
    },
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    mainFields: ["module", "main"],
    plugins: [nativeHashesOnly],
  });
  const { Native, Own } = await import(pathToFileURL(outfile).href);
  const hash = new Native();
  hash.update(Buffer.from("abc"));
  const digests: Record<string, string> = {
    Sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    Md5: "900150983cd24fb0d6963f7d28e17f72",
    Sha1: "a9993e364706816aba3e25717850c26c9cd0d89d",
  };
  expect(Buffer.from(await hash.digest()).toString("hex")).toBe(digests[name]);
  expect(() => new Own()).toThrow(`${name}Js is left out of the bundle`);
});

describe("the S3 client in a bundle", () => {
  const credentials = { accessKeyId: "key", secretAccessKey: "secret", sessionToken: "session" };
  const part = { Bucket: "images", Key: "a/b", UploadId: "upload", PartNumber: 7, ContentLength: 5 };
  const signingDate = new Date("2026-01-02T03:04:05Z");

  const source = `
    import { AbortMultipartUploadCommand, NoSuchUpload, S3Client, UploadPartCommand } from "${packages}/@aws-sdk/client-s3";
    import { getSignedUrl } from "${packages}/@aws-sdk/s3-request-presigner";
    const credentials = ${JSON.stringify(credentials)};
    const sign = (region) => getSignedUrl(new S3Client({ region, credentials, requestChecksumCalculation: "WHEN_REQUIRED" }),
      new UploadPartCommand(${JSON.stringify(part)}), { expiresIn: 60, signingDate: new Date(${signingDate.getTime()}) });
    const abort = (endpoint) => new S3Client({ region: "us-east-1", credentials, endpoint, forcePathStyle: true })
      .send(new AbortMultipartUploadCommand({ Bucket: "images", Key: "a", UploadId: "u" }))
      .catch((error) => ({ known: error instanceof NoSuchUpload, name: error.name, message: error.message }));
    export const handler = async ({ region, endpoint }) => (region ? sign(region) : abort(endpoint));`;

  let code: string;
  let handler: (event: { region?: string; endpoint?: string }) => Promise<unknown>;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const project = await standInProject((name) => (name === "data" ? source : "export const handler = 0;"));
    remove = project.remove;
    const { data } = await bundleFunctions(join(project.root, "out"), project.root);
    const file = join(data.directory, "index.mjs");
    code = await readFile(file, "utf8");
    ({ handler } = await import(pathToFileURL(file).href));
  });
  afterAll(() => remove());

  test("is without the schemas of other operations, event streams and hashes of its own", () => {
    const words = [
      "PutBucketLifecycleConfiguration",
      "SelectObjectContent",
      "UploadPartRequest",
      // Of the reader of event streams, and the first of SHA-256's constants.
      ":event-type",
      "1116352408",
    ];
    expect(words.filter((word) => code.includes(word))).toEqual(["UploadPartRequest"]);
    // 187 kB; 300 kB when everything comes along.
    expect(code.length).toBeLessThan(205_000);
  });

  test.each(["us-east-1", "eu-central-1", "cn-north-1", "us-gov-west-1"])(
    "signs for %s as the package does",
    async (region) => {
      const client = new S3Client({ region, credentials, requestChecksumCalculation: "WHEN_REQUIRED" });
      const expected = await getSignedUrl(client, new UploadPartCommand(part), {
        expiresIn: 60,
        signingDate,
      });
      expect(await handler({ region })).toBe(expected);
    },
  );

  test("knows S3's errors by their classes", async () => {
    const server = createServer((_request, response) => {
      response.writeHead(404, { "content-type": "application/xml" });
      response.end("<Error><Code>NoSuchUpload</Code><Message>it is gone</Message></Error>");
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    try {
      const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      expect(await handler({ endpoint })).toEqual({
        known: true,
        name: "NoSuchUpload",
        message: "it is gone",
      });
    } finally {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  });
});
