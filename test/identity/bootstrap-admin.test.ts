import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { urlOf } from "../../infra/local-aws/test/dynamodb/sdk-endpoint.ts";
import { temporaryDynamodb } from "../../infra/local-aws/test/dynamodb/temporary-dynamodb.ts";
import { dynamodbIdentityStore } from "../../shared/identity/adapters/dynamodb/identity-store.ts";
import { matchesHash } from "../../shared/identity/domain/password-hash.ts";
import { sdkOn } from "../fakes/documents-on-emulator.ts";

const program = resolve(import.meta.dirname, "../../infra/bootstrap-admin.ts");

/** The command as an operator types it, with this on its standard input. */
async function bootstrap(endpoint: string, words: readonly string[], input = "") {
  const child = spawn(process.execPath, [program, ...words], {
    env: {
      AWS_ENDPOINT_URL_DYNAMODB: endpoint,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    },
  });
  child.stdin.end(input);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { status: child.exitCode, stdout, stderr };
}

async function service() {
  const dynamodb = await temporaryDynamodb();
  const { documents } = await sdkOn(dynamodb);
  const identities = dynamodbIdentityStore({ client: documents, tableName: "images" });
  return {
    endpoint: await urlOf(dynamodb),
    admin: () => identities.findUserByName("admin", "default"),
  };
}

test("the password is made and printed once, alone; with the table out of the stacks' outputs", async () => {
  const { endpoint, admin } = await service();
  const directory = await mkdtemp(join(tmpdir(), "bootstrap-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const outputs = join(directory, "outputs.json");
  const stacks = { "glance-state": { TableName: "images", BucketName: "b" }, "glance-api": { ApiUrl: "u" } };
  await writeFile(outputs, JSON.stringify(stacks));
  const { status, stdout, stderr } = await bootstrap(endpoint, ["--outputs", outputs]);
  expect([status, stdout]).toEqual([0, expect.stringMatching(/^[\w-]{32}\n$/)]);
  expect(stderr).toMatch(/^user admin \([0-9a-f]{32}\) made: admin in admin\n$/);
  expect(await matchesHash(stdout.trim(), (await admin())?.passwordHash ?? "")).toBe(true);
});

test("a password of one's own comes by standard input and is printed nowhere", async () => {
  const { endpoint, admin } = await service();
  const words = ["--table", "images", "--ask"];
  const { status, stdout, stderr } = await bootstrap(endpoint, words, "correct horse battery\n");
  expect([status, stdout]).toEqual([0, ""]);
  expect(stderr).not.toContain("correct");
  expect(await matchesHash("correct horse battery", (await admin())?.passwordHash ?? "")).toBe(true);
  expect(await bootstrap(endpoint, words, "short\n")).toMatchObject({ status: 1, stdout: "" });
});

test("without a table it says how it is used", async () => {
  expect(await bootstrap("http://127.0.0.1:1", [])).toMatchObject({ status: 2, stdout: "" });
});
