import { expect, it } from "vitest";
import { readStartOptions, synthEnvironment } from "../../../infra/local/start-options.ts";

const keystone = {
  GLANCE_KEYSTONE_AUTH_URL: "http://k:5000/v3/",
  GLANCE_KEYSTONE_USERNAME: "glance",
  GLANCE_KEYSTONE_PASSWORD: "secret",
  GLANCE_KEYSTONE_PROJECT_NAME: "service",
};

const ceph = {
  GLANCE_ENABLED_BACKENDS: JSON.stringify([
    { id: "ceph", type: "s3", host: "http://127.0.0.1:7480", bucket: "glance", sees_tokens: true },
  ]),
  GLANCE_STORE_KEYS: '{"ceph":{"access_key":"a","secret_key":"b"}}',
};

it("has the keys of stores on other hosts, which the synthesis is not told", () => {
  expect(readStartOptions(ceph).storeKeys).toEqual(
    new Map([["ceph", '{"access_key":"a","secret_key":"b"}']]),
  );
  expect(synthEnvironment(ceph)).not.toHaveProperty("GLANCE_STORE_KEYS");
});

it("has defaults", () => {
  expect(readStartOptions({ PATH: "/bin" })).toEqual({
    home: ".local",
    port: 9292,
    apiPort: undefined,
    faults: { seed: 0, rate: 0 },
    transactionKeys: "own",
    storeKeys: new Map(),
    folders: new Map(),
  });
});

it("reads ports, home and faults", () => {
  const environment = {
    GLANCE_PORT: "1000",
    GLANCE_API_PORT: "1001",
    GLANCE_HOME: "/h",
    GLANCE_FAULTS: "42",
    GLANCE_CRASH_AT: "s3:PutObject:after:2",
    GLANCE_TRANSACTION_KEYS: "none",
  };
  expect(readStartOptions(environment)).toEqual({
    home: "/h",
    port: 1000,
    apiPort: 1001,
    faults: { seed: 42, rate: 0.05, crashAt: "s3:PutObject:after:2" },
    transactionKeys: "none",
    storeKeys: new Map(),
    folders: new Map(),
  });
  expect(readStartOptions({ GLANCE_FAULTS: "1:.25" }).faults).toEqual({ seed: 1, rate: 0.25 });
});

it.each([
  [{ GLANCE_PORT: "70000" }, "GLANCE_PORT: expected a port"],
  [{ GLANCE_PORT: "x" }, "GLANCE_PORT: expected a port"],
  [
    { GLANCE_TRANSACTION_KEYS: "some" },
    "GLANCE_TRANSACTION_KEYS: expected one of own, action, all, none, every",
  ],
  [{ GLANCE_FAULTS: "1:2" }, "GLANCE_FAULTS: expected"],
  [{ GLANCE_CRASH_AT: "s3" }, "GLANCE_CRASH_AT: expected"],
  [{ GLANCE_AUDIT_DEEP_ENGINE: "s3-batch" }, "S3 Batch Operations are on AWS only"],
  [{ GLANCE_KEY_MANAGER_BACKEND: "secrets-manager" }, "GLANCE_SIGNING_CERTIFICATES_FOLDER"],
  [{ GLANCE_IMAGE_SIZE_CAP: "big" }, "GLANCE_IMAGE_SIZE_CAP: expected a whole number"],
  [{ GLANCE_IMAGE_SIZECAP: "1" }, "did you mean GLANCE_IMAGE_SIZE_CAP?"],
  [{ GLANCE_PROT: "1" }, "did you mean GLANCE_PORT?"],
  [
    { GLANCE_KEYSTONE_AUTH_URL: "http://k", GLANCE_KEYSTONE_USERNAME: "glance" },
    "GLANCE_KEYSTONE_AUTH_URL needs GLANCE_KEYSTONE_PASSWORD, GLANCE_KEYSTONE_PROJECT_NAME",
  ],
  [{ GLANCE_KEYSTONE_PASSWORD: "x" }, "GLANCE_KEYSTONE_PASSWORD needs GLANCE_KEYSTONE_AUTH_URL"],
  [{ ...keystone, GLANCE_KEYSTONE_AUTH_URL: "here" }, "GLANCE_KEYSTONE_AUTH_URL: expected an absolute URL"],
  [{ ...keystone, GLANCE_KEYSTONE_AUTH_URL: "ftp://k" }, "GLANCE_KEYSTONE_AUTH_URL: expected an http"],
  [{ GLANCE_ENABLED_BACKENDS: "fast:rbd" }, "GLANCE_ENABLED_BACKENDS: expected stores like"],
  [{ GLANCE_ENABLED_BACKENDS: "a:s3,b:s3" }, "GLANCE_DEFAULT_BACKEND: with several stores it must say"],
  [{ GLANCE_ENABLED_BACKENDS: '[{"id":"old","type":"s3","bucket":"old"}]' }, "old: bucket: buckets that are"],
  [{ ...ceph, GLANCE_STORE_KEYS: "" }, "GLANCE_STORE_KEYS: expected access_key and secret_key of ceph"],
  [{ ...ceph, GLANCE_STORE_KEYS: "key:word" }, "GLANCE_STORE_KEYS: expected JSON like"],
  [{ GLANCE_STORE_KEYS: '{"ceph":{}}' }, "GLANCE_ENABLED_BACKENDS has no store ceph on another host"],
  [{ GLANCE_OIDC_ISSUERS: "[]" }, "GLANCE_OIDC_ISSUERS: expected a JSON list of issuers"],
])("%j is refused in one line: %s", (environment, message) => {
  expect(() => readStartOptions(environment)).toThrow(message);
});

it("hands the settings on to the synthesis, without the runtime's own variables", () => {
  expect(
    synthEnvironment({ GLANCE_HOME: "/h", GLANCE_PORT: "1", GLANCE_IMAGE_SIZE_CAP: "5", PATH: "p" }),
  ).toEqual({
    GLANCE_IMAGE_SIZE_CAP: "5",
    GLANCE_TRUSTED_PROXIES: "127.0.0.1/32",
    PATH: "p",
  });
});

it("counts the ingress among the proxies that say for whom they ask, beside those of the user", () => {
  expect(synthEnvironment({ GLANCE_TRUSTED_PROXIES: "10.0.0.0/8" }).GLANCE_TRUSTED_PROXIES).toBe(
    "10.0.0.0/8,127.0.0.1/32",
  );
});

it("reads an existing Keystone; its URL is a setting, the login is not", () => {
  expect(readStartOptions(keystone).keystone).toEqual({
    authUrl: "http://k:5000/v3",
    timeoutSeconds: 5,
    credentials: {
      username: "glance",
      password: "secret",
      projectName: "service",
      userDomainName: "Default",
      projectDomainName: "Default",
    },
  });
  expect(synthEnvironment(keystone)).toEqual({
    GLANCE_KEYSTONE_AUTH_URL: "http://k:5000/v3/",
    GLANCE_TRUSTED_PROXIES: "127.0.0.1/32",
  });
});

it("image_conversion is refused where its programs are not, with what to install", () => {
  const path = process.env.PATH;
  try {
    process.env.PATH = "/nowhere";
    expect(() => readStartOptions({ GLANCE_IMAGE_IMPORT_PLUGINS: "image_conversion" })).toThrow(
      /^GLANCE_IMAGE_IMPORT_PLUGINS: image_conversion needs qemu-img and prlimit and setpriv, .*apt install qemu-utils util-linux/,
    );
    expect(readStartOptions({ GLANCE_IMAGE_IMPORT_PLUGINS: "no_op" }).port).toBe(9292);
  } finally {
    process.env.PATH = path;
  }
});
