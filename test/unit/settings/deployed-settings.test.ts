import { describe, expect, test } from "vitest";
import { literalDefaults } from "../../../infra/bundling/literal-defaults.ts";
import { appSettings } from "../../../infra/stacks/app-settings.ts";
import { defaultSettings } from "../../../shared/settings/default-settings.ts";
import { deployedSettings } from "../../../shared/settings/deployed-settings.ts";
import { readSettings, settingsEnvironment } from "../../../shared/settings.ts";

const issuer = { issuer: "https://idp.example", audience: ["a"], project: { id: "p", name: "n" } };
const given = {
  public_endpoint: "https://images.example/",
  allowed_origin: ["https://console.example", "https://other.example"],
  image_tag_quota: -1,
  user_storage_quota: "500GB",
  empty_uploads: "refuse",
  use_keystone_limits: true,
  image_count_total: 5,
  delayed_delete: "yes",
  allowed_ports: "80,443,8080",
  disallowed_ports: "22",
  import_allowed_networks: "10.0.0.0/8",
  enabled_backends: [
    { id: "fast", type: "s3", weight: 10 },
    { id: "old", type: "s3", bucket: "images-of-before", read_only: true, description: "früher" },
  ],
  default_backend: "fast",
  copies: { fast: 1 },
  image_import_plugins: "inject_image_metadata",
  inject: { os_distro: "debian", note: "a:b, c" },
  oidc_issuers: [issuer],
  identity_providers: [{ id: "corp", issuer: "https://idp.example", audience: ["b"] }],
  metadef_warn_namespaces: "constructor,__proto__",
};

describe("the settings that a function reads", () => {
  test("are those that the deployment has read, of every kind", () => {
    const settings = appSettings(given, {});
    const names = Object.keys(readSettings({}));
    const expected = Object.fromEntries(Object.entries(settings).filter(([name]) => names.includes(name)));
    expect(deployedSettings(settingsEnvironment(settings))).toEqual(expected);
  });

  test("are the defaults where nothing is said, and nothing is said of those", () => {
    expect(deployedSettings({})).toEqual(readSettings({}));
    expect(settingsEnvironment(readSettings({}))).toEqual({});
  });

  test("name stores without what they do not say, as a function's variables are short", () => {
    const { enabled_backends } = appSettings({ enabled_backends: "a:s3,b:s3", default_backend: "a" }, {});
    expect(settingsEnvironment({ ...readSettings({}), enabled_backends })).toEqual({
      GLANCE_ENABLED_BACKENDS: '[{"id":"a","type":"s3"},{"id":"b","type":"s3"}]',
    });
  });

  test.each([
    ["GLANCE_IMAGE_TAG_QUOTA", "many"],
    ["GLANCE_IMAGE_TAG_QUOTA", " 5"],
    ["GLANCE_IMAGE_TAG_QUOTA", "true"],
    ["GLANCE_IMAGE_TAG_QUOTA", ""],
    ["GLANCE_DELAYED_DELETE", "yes"],
    ["GLANCE_DELAYED_DELETE", "1"],
    ["GLANCE_ENABLED_BACKENDS", "fast:s3"],
    ["GLANCE_ENABLED_BACKENDS", "{}"],
    ["GLANCE_ENABLED_BACKENDS", '[{"id":"a", "type":"s3"}]'],
    ["GLANCE_OIDC_ISSUERS", "null"],
    ["GLANCE_ALLOWED_ORIGIN", "https://console.example"],
  ])("%s=%j, which no deployment writes, ends the start with what to do", (variable, text) => {
    expect(() => deployedSettings({ [variable]: text, GLANCE_SCRUB_TIME: "5" })).toThrow(
      new RegExp(`^${variable}: not in the form .* change it in cdk.json and deploy`),
    );
  });

  test("name all that is wrong at once", () => {
    expect(() => deployedSettings({ GLANCE_SCRUB_TIME: "x", GLANCE_COPIES_INTERVAL: "y" })).toThrow(
      /^GLANCE_COPIES_INTERVAL, GLANCE_SCRUB_TIME: /,
    );
  });
});

test("the defaults in a bundle are the table's", async () => {
  let load: () => { contents: string } = () => ({ contents: "" });
  await literalDefaults.setup({
    onLoad: ({ filter }: { filter: RegExp }, loader: typeof load) => {
      expect("/x/shared/settings/default-settings.ts").toMatch(filter);
      load = loader;
    },
  } as never);
  const { defaultSettings: inBundle } = await import(
    `data:text/javascript,${encodeURIComponent(load().contents)}`
  );
  expect(inBundle()).toEqual(defaultSettings());
});
