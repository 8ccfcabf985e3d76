import { describe, expect, test } from "vitest";
import { appSettings } from "../../../infra/stacks/app-settings.ts";
import { FIRST_STORE } from "../../../shared/images/domain/location.ts";
import { configuredStores } from "../../../shared/images/operations/stores/configured-stores.ts";
import { parseCopies } from "../../../shared/settings/stores/parse-copies.ts";
import { parseStores } from "../../../shared/settings/stores/parse-stores.ts";
import { storeSecretForm } from "../../../shared/settings/stores/store-secret-form.ts";
import { FIRST_BUCKETS_STORE, hasSecret } from "../../../shared/settings/stores/store-setting.ts";
import { readSettings } from "../../../shared/settings.ts";

const rgw = { id: "ceph", type: "s3", host: "https://rgw.example", bucket: "images", sees_tokens: true };
const swift = {
  ...{ id: "old", type: "swift", auth_url: "https://keystone.example/v3", project: "service" },
  ...{ container: "glance", sees_tokens: true },
};
const synth = (stores: unknown, defaultBackend = "") =>
  appSettings(
    { enabled_backends: stores, ...(defaultBackend !== "" && { default_backend: defaultBackend }) },
    {},
  );

describe("without enabled_backends", () => {
  test("there is the store of the first bucket, and nobody is told of it", () => {
    expect(configuredStores(readSettings({}))).toEqual({
      named: false,
      all: [{ id: FIRST_STORE, type: "s3", weight: 0, readOnly: false, properties: {} }],
      defaultStore: FIRST_STORE,
    });
  });

  test("a default is refused, as it would not be in force", () => {
    expect(() => appSettings({ default_backend: "fast" }, {})).toThrow(
      "GLANCE_DEFAULT_BACKEND needs GLANCE_ENABLED_BACKENDS",
    );
  });
});

test("an engine of the deep auditor that looks at one bucket is refused beside several", () => {
  const settings = { enabled_backends: "fast:s3", audit_deep_engine: "s3-batch" };
  expect(() => appSettings(settings, {})).toThrow("GLANCE_AUDIT_DEEP_ENGINE=s3-batch looks at one bucket");
});

test("the settings and the images name the first bucket's store alike", () => {
  expect(FIRST_BUCKETS_STORE).toBe(FIRST_STORE);
});

test("Glance's form names stores in their order, as a text or as a list", () => {
  for (const form of ["fast:s3, cheap:s3", ["fast:s3", "cheap:s3"], '["fast:s3","cheap:s3"]']) {
    const stores = configuredStores(synth(form, "cheap"));
    expect(stores).toMatchObject({ named: true, defaultStore: "cheap" });
    expect(stores.all.map(({ id }) => id)).toEqual(["fast", "cheap"]);
  }
});

test("a JSON list says the rest, and a single store is the default", () => {
  const cheap = {
    ...{ id: "cheap", type: "s3", description: "Rarely read", weight: 5 },
    ...{ bucket: "old-images", region: "eu-west-1", storage_class: "GLACIER_IR" },
  };
  expect(configuredStores(synth([cheap]))).toEqual({
    named: true,
    all: [
      {
        ...{ id: "cheap", type: "s3", description: "Rarely read", weight: 5, readOnly: false },
        properties: { bucket: "old-images", region: "eu-west-1", storage_class: "GLACIER_IR" },
      },
    ],
    defaultStore: "cheap",
  });
  expect(parseStores(JSON.stringify([rgw]))[0]).toMatchObject({
    host: "https://rgw.example",
    pathStyle: true,
  });
});

describe("refused at synth", () => {
  test.each([
    ["fast:rbd", /fast:rbd: Ceph's block devices .* S3 gateway \(RGW\), a store of type s3 with a host$/],
    ["esx:vmware", /esx:vmware: .* copy its images into a bucket/],
    ["vol:cinder", /vol:cinder: volumes of Cinder .* copy its images/],
    ["old:sheepdog", /old:sheepdog: Sheepdog is maintained no more/],
    ["old:gridfs", /old:gridfs: MongoDB's GridFS/],
    ["files:filesystem", /files:filesystem: there is no type filesystem: did you mean file\?$/],
    ["sw:swift", /sw: it needs auth_url, the address of the Keystone to log in at$/],
    ["fast:sw3", /fast:sw3: there is no type sw3: did you mean s3\?$/],
    ["fast:constructor", /fast:constructor: there is no type constructor: did you mean/],
    ["fast", /fast: it has no type; the types are s3, swift, .*as in fast:s3$/],
    ["fast:s3:x", /fast:s3:x: expected an id and a type/],
    [":s3", /:s3: it has no id$/],
    [",", /expected a store at least$/],
    ["os_glance_tasks:s3", /os_glance_tasks:s3: ids that begin with os_glance_ are Glance's own/],
    ["fast:s3,fast:s3", /fast: this id stands there twice$/],
    ["fa st:s3", /fa st:s3: an id has letters/],
    ["fast\u0430:s3", /an id has letters/],
    ["../x:s3", /an id has letters/],
    [`${"x".repeat(41)}:s3`, /at most 40 characters, this has 41$/],
    ["[", /this is no JSON/],
    ['{"id":"fast"}', /expected a list, with \[ and \] around it$/],
    ["[1]", /entry 1: expected an object with id and type$/],
    ['[{"type":"s3"}]', /entry 1: it has no id$/],
    ['[{"id":"a","type":"s3","__proto__":{}}]', /a: there is no __proto__: did you mean/],
    ['[{"id":"a","type":"s3","s3_store_bucket":"b"}]', /there is no s3_store_bucket: did you mean bucket\?/],
    ['[{"id":"a","type":"s3","wieght":1}]', /there is no wieght: did you mean weight\?/],
    ['[{"id":"a","type":"s3","weight":"1"}]', /a: weight: expected a whole number/],
    ['[{"id":"a","type":"s3","weight":1e7}]', /a: weight: .* whole number from -1000000 to 1000000$/],
    ['[{"id":"a","type":"s3","read_only":1}]', /a: read_only: expected true or false/],
    ['[{"id":"a","type":"s3","bucket":"A_b"}]', /a: bucket: expected the name of a bucket/],
    [
      '[{"id":"a","type":"s3","bucket":"images--use1-az4--x-s3"}]',
      /a: bucket: images--use1-az4--x-s3 is no general purpose bucket/,
    ],
    ['[{"id":"a","type":"s3","region":"eu-west-1"}]', /a: region needs a bucket/],
    ['[{"id":"a","type":"s3","storage_class":"GLACIER"}]', /images in GLACIER cannot be read at once/],
    ['[{"id":"a","type":"s3","storage_class":"COLD"}]', /storage_class: expected one of STANDARD/],
    ['[{"id":"a","type":"s3","path_style":true}]', /path_style is of an S3 of another host/],
    ['[{"id":"s3","type":"s3","bucket":"other"}]', /s3 is always the bucket that the first deployment made/],
    ['[{"id":"a","type":"s3","bucket":"bbb"},{"id":"b","type":"s3","bucket":"bbb"}]', /bucket of a already/],
    [[{ ...rgw, host: "rgw.example" }], /ceph: host: expected a URL with its scheme/],
    [[{ ...rgw, host: "http://rgw.example" }], /ceph: host: without TLS/],
    [[{ ...rgw, host: "https://key:word@rgw.example" }], /ceph: host: keys do not belong here/],
    [[{ ...rgw, host: "https://rgw.example/images" }], /ceph: host: expected no path/],
    [[{ ...rgw, bucket: undefined }], /ceph: a store with a host needs a bucket/],
    [[{ ...rgw, sees_tokens: false }], /ceph: a download is a redirect to https:\/\/rgw\.example/],
    [[{ ...rgw, secret: "my-secret" }], /ceph: secret: expected the whole ARN/],
    [[{ ...swift, auth_url: "keystone.example" }], /old: auth_url: expected a URL with its scheme/],
    [[{ ...swift, auth_url: "http://keystone.example" }], /old: auth_url: without TLS/],
    [[{ ...swift, auth_url: "https://a:b@keystone.example" }], /old: auth_url: keys do not belong here/],
    [
      [{ ...swift, auth_url: "https://keystone.example/v3?x=1" }],
      /auth_url: expected nothing after the path/,
    ],
    [[{ ...swift, auth_version: 2 }], /auth_version: expected 3 \(Keystone\) or 1/],
    [[{ ...swift, auth_version: 1 }], /project is of a Keystone: with auth_version 1 leave it out/],
    [[{ ...swift, container: undefined }], /old: it needs a container/],
    [[{ ...swift, container: "a/b" }], /old: container: expected letters, digits/],
    [[{ ...swift, container: "a".repeat(151) }], /old: container: expected letters, digits/],
    [[{ ...swift, interface: "publicURL" }], /old: interface: expected one of public, internal, admin/],
    [[{ ...swift, endpoint: "https://swift.example" }], /old: endpoint: expected the URL of an account/],
    [[{ ...swift, endpoint: "http://swift.example/v1/AUTH_a" }], /old: endpoint: without TLS/],
    [[{ ...swift, create_container_on_put: "yes" }], /create_container_on_put: expected true or false/],
    [[{ ...swift, sees_tokens: 1 }], /old: sees_tokens: expected true or false/],
    [[{ ...swift, secret: "my-secret" }], /old: secret: expected the whole ARN/],
    [[{ ...swift, project: undefined, project_domain: "d" }], /project_domain needs a project/],
    [
      [{ ...swift, bucket: "b" }],
      /old: bucket is of a store of type s3: a store of type swift has a container/,
    ],
    [[{ ...swift, swift_store_key: "secret word" }], /there is no swift_store_key: did you mean secret\?/],
    [[{ ...swift, swift_store_endpoint_type: "publicURL" }], /did you mean interface\?/],
    [[swift, { ...swift, id: "two" }], /two: its container glance is the container of old already/],
    [[{ ...swift, id: "s3" }], /give the store of type swift another id/],
    ["a".repeat(3000), /^GLANCE_ENABLED_BACKENDS: expected stores like fast:s3,cheap:s3, or a JSON list of/],
  ])("%j in one line, by the name that it was given", (stores, message) => {
    expect(() => synth(stores, "x")).toThrow(message);
    expect(() => synth(stores, "x")).toThrow(/^GLANCE_ENABLED_BACKENDS: expected [^\n]*$/);
  });

  test.each([
    ["fast:s3,cheap:s3", "", /must say which one new images go to: fast or cheap$/],
    ["fast:s3,cheap:s3", "chep", /there is no store chep in GLANCE_ENABLED_BACKENDS: did you mean cheap\?$/],
    ['[{"id":"a","type":"s3","read_only":true}]', "", /the store a is read-only/],
    ['["b:s3",{"id":"a","type":"s3","read_only":true}]', "a", /the store a is read-only/],
  ])("%s with the default '%s'", (stores, defaultBackend, message) => {
    expect(() => synth(stores, defaultBackend)).toThrow(message);
  });
});

describe("copies", () => {
  const of = (copies: unknown) =>
    appSettings(
      {
        enabled_backends: [
          { id: "fast", type: "s3" },
          { id: "cheap", type: "s3" },
          { id: "old", type: "s3", bucket: "before", read_only: true },
        ],
        default_backend: "fast",
        copies,
      },
      {},
    );

  test.each([
    ["fast:1, cheap:1", ["fast", "cheap"]],
    [{ fast: 1, cheap: 1 }, ["fast", "cheap"]],
    ['{"cheap": 1, "fast": 0}', ["cheap"]],
    ["fast:0", []],
    ["", []],
  ])("%j", (copies, stores) => {
    expect(parseCopies(of(copies).copies)).toEqual(stores);
  });

  test.each([
    ["fats:1", "GLANCE_COPIES: there is no store fats in enabled_backends: did you mean fast?"],
    ["old:1", "GLANCE_COPIES: the store old is read-only"],
    ["fast:2", "fast: a store has 1 copy of an image or 0, not 2"],
    ["fast:-1", 'not "-1"'],
    ["fast", "expected stores like fast:1,cheap:1"],
    ["fast:1:1", "expected a store and a number with one colon between"],
    ["fast:1,fast:0", "fast stands there twice"],
    [{ fast: "1" }, 'not "1"'],
    ["[1]", "expected an object"],
    ["{", "this is no JSON"],
  ])("%j is refused", (copies, message) => {
    expect(() => of(copies)).toThrow(message);
  });

  test("need stores with names", () => {
    expect(() => appSettings({ copies: "s3:1" }, {})).toThrow(
      "copies need stores with names: set enabled_backends",
    );
  });
});

describe("a store of type swift", () => {
  test("says no defaults, and is told of as Glance does, without a secret", () => {
    const [store] = parseStores(JSON.stringify([{ ...swift, auth_version: 3, interface: "public" }]));
    expect(store).toEqual({
      ...{ id: "old", type: "swift", authUrl: "https://keystone.example/v3", project: "service" },
      ...{ container: "glance", seesTokens: true },
    });
    expect(configuredStores(synth([swift])).all[0]).toMatchObject({
      locationBase: "swift+https://keystone.example/v3/glance/",
      properties: { container: "glance", large_object_size: 16, large_object_chunk_size: 16 },
    });
  });

  test("without its host seeing tokens needs the cache", () => {
    const { sees_tokens: _, ...unseen } = swift;
    expect(() => synth([unseen])).toThrow(
      /images in the store old are served from copies.*"sees_tokens": true/,
    );
    expect(appSettings({ enabled_backends: [unseen], image_cache_dir: "cache" }, {}).default_backend).toBe(
      "",
    );
  });

  test.each([
    [{ ...swift, project: undefined }, ["application_credential_id", "application_credential_secret"]],
    [swift, ["username", "password"]],
  ])("%j has a secret that names %j", (given, names) => {
    const [store] = parseStores(JSON.stringify([given]));
    expect(store && hasSecret(store) && storeSecretForm(store)).toMatchObject({
      given: names,
      drawn: "temp_url_key",
    });
  });
});

describe("a store of type http", () => {
  test("has nothing but URLs that callers register, and is only read", () => {
    const [, web] = parseStores("fast:s3,web:http");
    expect(web).toEqual({ id: "web", type: "http", readOnly: true });
    expect(() => synth([{ id: "web", type: "http", bucket: "images" }])).toThrow(
      /web: bucket is of a store of type s3/,
    );
  });

  test.each(["fast:s3,s3:http", [{ id: "s3", type: "http" }]])(
    "never has the id of the first bucket, whose images it would hide: %j",
    (stores) => {
      expect(() => parseStores(typeof stores === "string" ? stores : JSON.stringify(stores))).toThrow(
        /s3: s3 is always the bucket that the first deployment made: give the store of type http another id/,
      );
    },
  );

  test("is never the default", () => {
    expect(() => synth("fast:s3,web:http", "web")).toThrow(/the store web is read-only/);
    expect(() => synth("web:http")).toThrow(/the store web is read-only/);
  });

  test("needs the cache, from which alone its images are served", () => {
    expect(() => synth("fast:s3,web:http", "fast")).toThrow(
      "images in the store web are served from copies: set GLANCE_IMAGE_CACHE_DIR=cache",
    );
    const stores = { enabled_backends: "fast:s3,web:http", default_backend: "fast" };
    const settings = { ...stores, image_cache_dir: "cache" };
    expect(appSettings(settings, {}).image_cache_dir).toBe("cache");
  });
});
