import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { authRequest } from "../../client/openstack/auth-request.ts";
import { imageUrlOf, unversioned } from "../../client/openstack/catalog.ts";
import type { CloudOptions } from "../../client/openstack/command-line-values.ts";
import { readCloud } from "../../client/openstack/read-cloud.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "imagectl-clouds-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function put(path: string, text: string): string {
  const file = join(home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}
const read = (options: CloudOptions = {}, environment: Record<string, string> = {}) =>
  readCloud(options, { environment, cwd: join(home, "work"), home });

const password = `
clouds:
  one:
    auth: {auth_url: "https://keystone:5000/v3", username: ann, project_name: p, user_domain_name: D, project_domain_id: x}
    region_name: R
    interface: internal
    cacert: /ca.pem
`;

describe("clouds.yaml", () => {
  it("is found in the current folder before the user's, and named by OS_CLIENT_CONFIG_FILE before both", async () => {
    put(".config/openstack/clouds.yaml", password.replace("ann", "user"));
    expect((await read({}, { OS_CLOUD: "one", OS_PASSWORD: "s" })).auth.username).toBe("user");
    put("work/clouds.yaml", password.replace("ann", "cwd"));
    expect((await read({}, { OS_CLOUD: "one", OS_PASSWORD: "s" })).auth.username).toBe("cwd");
    const OS_CLIENT_CONFIG_FILE = put("elsewhere.yaml", password.replace("ann", "named"));
    expect((await read({}, { OS_CLOUD: "one", OS_PASSWORD: "s", OS_CLIENT_CONFIG_FILE })).auth.username).toBe(
      "named",
    );
  });

  it("has secure.yaml laid over it", async () => {
    put("work/clouds.yaml", password);
    put(
      ".config/openstack/secure.yaml",
      "clouds: {one: {auth: {password: geheim}}, other: {auth: {password: x}}}",
    );
    const cloud = await read({ cloud: "one" });
    expect(cloud).toMatchObject({ authType: "password", region: "R", interface: "internal" });
    expect(cloud.tls).toMatchObject({ verify: true, cacert: "/ca.pem" });
    expect(authRequest(cloud)).toEqual({
      auth: {
        identity: {
          methods: ["password"],
          password: { user: { name: "ann", domain: { name: "D" }, password: "geheim" } },
        },
        scope: { project: { name: "p", domain: { id: "x" } } },
      },
    });
  });

  it.each([
    ["v3applicationcredential", { application_credential_id: "i", application_credential_secret: "s" }],
    ["v3token", { token: "t" }],
    ["token", { token: "t", project_id: "p" }],
    ["v3password", { user_id: "u", password: "p", project_id: "t" }],
    ["v3oidcaccesstoken", { identity_provider: "i", protocol: "p", access_token: "t" }],
  ])("takes auth_type %s", async (auth_type, auth) => {
    const clouds = { one: { auth_type, auth: { auth_url: "https://k/v3", ...auth } } };
    put("work/clouds.yaml", JSON.stringify({ clouds }));
    expect(await read()).toMatchObject({ authType: auth_type, auth });
  });

  it.each(["admin_token", "none"])(
    "takes auth_type %s with an endpoint, versioned or not",
    async (auth_type) => {
      put(
        "work/clouds.yaml",
        JSON.stringify({
          clouds: {
            one: {
              auth_type,
              auth: { endpoint: "https://h/prod/v2", ...(auth_type === "none" ? {} : { token: "t" }) },
            },
          },
        }),
      );
      const cloud = await read();
      expect(cloud).toMatchObject({ authType: auth_type, imageEndpoint: "https://h/prod/v2" });
      expect(unversioned(cloud.imageEndpoint ?? "")).toBe("https://h/prod");
    },
  );

  it("says what is wrong without quoting secrets", async () => {
    put("work/clouds.yaml", password);
    await expect(read({ cloud: "two" })).rejects.toThrow("has no cloud two; it has one");
    await expect(read()).rejects.toThrow("the password is missing");
    put("work/clouds.yaml", "clouds: {one: {auth: {password: geheim");
    await expect(read()).rejects.toThrow(/clouds.yaml is not valid YAML: [A-Z_]+ at line 1$/);
    put("work/clouds.yaml", "clouds: {a: {}, b: {}}");
    await expect(read()).rejects.toThrow("one of a, b");
  });
});

describe("OS_* variables", () => {
  it("are a cloud of their own; options go before them", async () => {
    const cloud = await read(
      { region: "other" },
      {
        OS_AUTH_URL: "http://k:5000",
        OS_USERNAME: "u",
        OS_PASSWORD: "p",
        OS_TENANT_NAME: "t",
        OS_REGION_NAME: "R",
      },
    );
    expect(cloud).toMatchObject({ authType: "password", region: "other", auth: { project_name: "t" } });
  });

  it("name an endpoint and a token as the glance client takes them", async () => {
    const cloud = await read({}, { OS_AUTH_TOKEN: "t", OS_IMAGE_URL: "http://i/prod" });
    expect(cloud).toMatchObject({
      authType: "admin_token",
      imageEndpoint: "http://i/prod",
      auth: { token: "t" },
    });
  });

  it("that are not there are asked for", async () => {
    await expect(read()).rejects.toThrow("no cloud is configured");
    await expect(read({}, { OS_AUTH_URL: "http://k" })).rejects.toThrow("username is missing");
  });
});

it("the catalog's endpoint is chosen by interface and region", () => {
  const endpoints = [
    { interface: "internal", region: "A", url: "http://internal" },
    { interface: "public", region_id: "A", url: "http://a" },
    { interface: "public", region: "B", url: "http://b" },
  ];
  const catalog = [
    { type: "identity", endpoints: [] },
    { type: "image", endpoints },
  ];
  const image = { serviceType: "image", serviceName: undefined };
  const choose = (region?: string, face = "public") =>
    imageUrlOf(catalog, { interface: face, region, ...image });
  expect([choose(), choose("B"), choose("A", "internal")]).toEqual([
    "http://a",
    "http://b",
    "http://internal",
  ]);
  expect(() => choose("C")).toThrow("no public image endpoint in region C; it has internal in A");
  expect(() => imageUrlOf([], { interface: "public", region: undefined, ...image })).toThrow(
    "no image service",
  );
});
