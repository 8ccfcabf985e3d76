import { describe, expect, test } from "vitest";
import { CACHED_COPIES, IMAGE_DATA } from "../../../infra/constructs/access-policy.ts";
import { accessOf, type FunctionName, functionNames } from "../../../infra/functions/functions.ts";
import { parseStoreResources } from "../../../shared/settings/stores/store-resources.ts";
import { synthesise } from "./synthesise.ts";

const enabled_backends = [
  { id: "fast", type: "s3" },
  { id: "cheap", type: "s3", read_only: true },
  { id: "old", type: "s3", bucket: "images-of-before" },
  { id: "ceph", type: "s3", host: "https://rgw.example", bucket: "glance", sees_tokens: true },
];
const settings = { enabled_backends, default_backend: "fast", allowed_origin: ["https://console.example"] };

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
}

describe("with several stores", async () => {
  const { state, api, upkeep } = await synthesise({ settings });
  const plain = await synthesise({ settings: { allowed_origin: settings.allowed_origin } });
  // biome-ignore lint/suspicious/noExplicitAny: a template as CDK hands it out, any resource's properties
  const all: Record<string, any> = { ...api.toJSON().Resources, ...upkeep.toJSON().Resources };
  const functionOf = (name: FunctionName) =>
    Object.values(all).find(
      ({ Type, Properties }) => Type === "AWS::Lambda::Function" && Properties.Description === name,
    )?.Properties;
  const statementsOf = (name: FunctionName): Statement[] =>
    all[functionOf(name).Role["Fn::GetAtt"][0]].Properties.Policies[0].PolicyDocument.Statement;

  /** Which buckets the function may do this to, by the beginning of their names in the templates. */
  const reach = (name: FunctionName, action: string, keys = ""): string[] =>
    statementsOf(name)
      .filter(({ Action }) => [Action].flat().includes(`s3:${action}`))
      .flatMap(({ Resource }) => (Array.isArray(Resource) ? Resource : [Resource]))
      .map((resource) => JSON.stringify(resource))
      .filter((text) =>
        keys === "" ? !text.includes("/") : text.includes(keys) && !text.includes(CACHED_COPIES),
      )
      .map((text) => /FnGetAtt(Images|Storesfast|Storescheap)|(images-of-before)/.exec(text)?.[0] ?? text)
      .map((text) => text.replace("FnGetAtt", ""))
      .toSorted();
  const every = ["Images", "Storescheap", "Storesfast", "images-of-before"];

  test("a bucket is made for each that has none, like the first one, which stays what it was", () => {
    const buckets = Object.entries(state.findResources("AWS::S3::Bucket"));
    const [[firstId, first] = []] = Object.entries(plain.state.findResources("AWS::S3::Bucket"));
    expect(buckets.map(([id]) => id.replace(/[0-9A-F]{8}$/, ""))).toEqual([
      "Images",
      "Storesfast",
      "Storescheap",
    ]);
    expect(buckets[0]).toEqual([firstId, first]);
    for (const [, bucket] of buckets) expect(bucket).toEqual(first);
    // TLS only, as the first.
    state.resourceCountIs("AWS::S3::BucketPolicy", 3);
  });

  test("who reads reads everywhere; new bytes come only where the settings say so", () => {
    const readers = functionNames.filter((name) => accessOf(name).objects?.includes("GetObject"));
    for (const name of readers) expect(reach(name, "GetObject", IMAGE_DATA), name).toEqual(every);
    const writers = functionNames.filter((name) => accessOf(name).objects?.includes("PutObject"));
    expect(writers.length).toBeGreaterThan(2);
    // The first bucket is not named, cheap is read-only.
    for (const name of writers)
      expect(reach(name, "PutObject", IMAGE_DATA), name).toEqual(["Storesfast", "images-of-before"]);
  });

  test("bytes are deleted, and brought back, at every store", () => {
    expect(reach("workers/delete", "DeleteObject", IMAGE_DATA)).toEqual(every);
    expect(reach("recovery", "DeleteObjectVersion", IMAGE_DATA)).toEqual(every);
    expect(reach("recovery", "ListBucketVersions")).toEqual(every);
  });

  test("the cache's cleaner and its worker list the first bucket alone", () => {
    for (const name of ["upkeep/cache-cleaner", "workers/cache"] as const)
      expect(reach(name, "ListBucket"), name).toEqual(["Images"]);
  });

  test("the reaper walks what was made for this service, and no bucket that was there before", () => {
    for (const action of ["ListBucket", "ListBucketMultipartUploads"])
      expect(reach("upkeep/reaper", action), action).toEqual(["Images", "Storescheap", "Storesfast"]);
    expect(reach("upkeep/reaper", "PutObject", "upkeep/heartbeat")).toEqual(["Images"]);
  });

  test("keys of another host are a secret, which those read who reach bytes", () => {
    const [[secretId, secret] = [], ...others] = Object.entries(
      state.findResources("AWS::SecretsManager::Secret"),
    );
    expect(others).toEqual([]);
    expect(secret).toMatchObject({ DeletionPolicy: "RetainExceptOnCreate", UpdateReplacePolicy: "Retain" });
    expect(secret?.Properties).not.toHaveProperty("SecretString");
    const readers = functionNames.filter((name) =>
      JSON.stringify(statementsOf(name)).includes("secretsmanager:GetSecretValue"),
    );
    expect(readers).toEqual(functionNames.filter((name) => accessOf(name).objects));
    expect(JSON.stringify(statementsOf("data"))).toContain(secretId);
  });

  test("functions that reach bytes are told what was made, in one variable", () => {
    const told = functionNames.filter((name) => functionOf(name).Environment.Variables.STORE_RESOURCES);
    expect(told).toEqual(
      functionNames.filter(
        (name) => accessOf(name).objects || accessOf(name).copies || accessOf(name).listsObjects,
      ),
    );
    const [separator, parts] = functionOf("data").Environment.Variables.STORE_RESOURCES["Fn::Join"];
    const text = parts.map((part: unknown) => (typeof part === "string" ? part : "x")).join(separator);
    expect([...parseStoreResources(text).keys()]).toEqual(["fast", "cheap", "ceph"]);
  });
});

describe("with a store in Swift", async () => {
  const made = { id: "old", type: "swift", auth_url: "https://keystone.example/v3", container: "glance" };
  const named = {
    ...{ ...made, id: "other", project: "service", container: "other", sees_tokens: true },
    secret: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:swift-AbCdEf",
  };
  const { state, api, upkeep } = await synthesise({
    settings: {
      enabled_backends: [{ id: "fast", type: "s3" }, made, named],
      default_backend: "fast",
      image_cache_dir: "cache",
    },
  });
  // biome-ignore lint/suspicious/noExplicitAny: a template as CDK hands it out, any resource's properties
  const all: Record<string, any> = { ...api.toJSON().Resources, ...upkeep.toJSON().Resources };
  const functionOf = (name: FunctionName) =>
    Object.values(all).find(
      ({ Type, Properties }) => Type === "AWS::Lambda::Function" && Properties.Description === name,
    )?.Properties;
  const secretsOf = (name: FunctionName): string[] =>
    all[functionOf(name).Role["Fn::GetAtt"][0]].Properties.Policies[0].PolicyDocument.Statement.filter(
      ({ Action }: Statement) => [Action].flat().includes("secretsmanager:GetSecretValue"),
    ).map(({ Resource }: Statement) => JSON.stringify(Resource));

  test("a secret is made for the login, without what only the other side can say", () => {
    const secrets = Object.values(state.findResources("AWS::SecretsManager::Secret"));
    expect(secrets).toHaveLength(1);
    expect(secrets[0]?.Properties.GenerateSecretString).toMatchObject({
      GenerateStringKey: "temp_url_key",
      SecretStringTemplate: '{"application_credential_id":"","application_credential_secret":""}',
    });
    state.resourceCountIs("AWS::S3::Bucket", 2);
  });

  test("who reaches bytes, looks through places or copies into the cache reads its secrets, and nobody else", () => {
    for (const name of functionNames) {
      const { objects, listsObjects, readsUnserved } = accessOf(name);
      const reaches = objects !== undefined || listsObjects === true;
      const found = secretsOf(name).join();
      expect(found.includes("Storesold"), name).toBe(reaches || readsUnserved === true);
      expect(found.includes(named.secret), name).toBe(reaches);
    }
    expect(secretsOf("workers/cache")).toHaveLength(1);
  });
});

test("without stores nothing is made or told besides the one bucket", async () => {
  const { state, api } = await synthesise();
  state.resourceCountIs("AWS::S3::Bucket", 1);
  expect(JSON.stringify([state.toJSON(), api.toJSON()])).not.toMatch(/STORE_RESOURCES|StoreResources/);
});

test("a first bucket that is named among others takes images", async () => {
  const { api } = await synthesise({
    settings: { enabled_backends: "s3:s3,fast:s3", default_backend: "s3" },
  });
  const roles = JSON.stringify(api.findResources("AWS::IAM::Role"));
  expect(roles).toMatch(/"s3:GetObject","s3:PutObject"[^}]*Resource":\[[^\]]*FnGetAttImages/);
});

test("more stores than the functions' variables have room for are refused", async () => {
  const many = Array.from({ length: 20 }, (_, at) => `store-${at}:s3`).join(",");
  await expect(
    synthesise({ settings: { enabled_backends: many, default_backend: "store-1" } }),
  ).rejects.toThrow(/more than the 4096 that Lambda takes: .*GLANCE_ENABLED_BACKENDS first/);
});
