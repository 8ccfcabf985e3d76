import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { cdkSettings, withLocalDefaults } from "../../../infra/local/default-settings.ts";
import { readStartOptions, synthEnvironment } from "../../../infra/local/start-options.ts";
import { appSettings } from "../../../infra/stacks/app-settings.ts";
import { readSettings, type Settings } from "../../../shared/settings.ts";
import { plainSettings } from "../../runtime/plain-settings.ts";

/** What the runtime has where this is said. The synthesis takes it too. */
function settingsOf(said: Readonly<Record<string, string>>): Settings {
  const whole = withLocalDefaults(said);
  readStartOptions(whole);
  appSettings({}, synthEnvironment(whole));
  return readSettings(whole);
}

const storesOf = ({ enabled_backends, default_backend }: Settings): string =>
  [...enabled_backends.map(({ id, type }) => `${id}:${type}`), default_backend].join(" ");

it("has four stores, the cache, and this machine's servers on any port as sources", () => {
  const settings = settingsOf({});
  expect(storesOf(settings)).toBe("fast:s3 cheap:s3 files:file web:http fast");
  expect(settings).toMatchObject({
    image_cache_dir: "cache",
    enabled_import_methods: ["glance-direct", "web-download", "copy-image"],
    import_allowed_networks: ["127.0.0.0/8", "::1/128"],
    allowed_ports: [],
  });
});

it("is not what a deployment has", () => {
  expect(appSettings({}, {})).toMatchObject({
    enabled_backends: [],
    default_backend: "",
    image_cache_dir: "",
    import_allowed_networks: [],
    allowed_ports: [80, 443],
  });
  expect(settingsOf(plainSettings)).toEqual(readSettings({}));
});

it("has every way of importing where a Keystone says where another Glance is", () => {
  const { enabled_import_methods: methods } = settingsOf({
    GLANCE_KEYSTONE_AUTH_URL: "http://127.0.0.1:5000/v3",
    GLANCE_KEYSTONE_USERNAME: "glance",
    GLANCE_KEYSTONE_PASSWORD: "secret",
    GLANCE_KEYSTONE_PROJECT_NAME: "service",
  });
  // The option's own words for what there is.
  expect(() => readSettings({ GLANCE_ENABLED_IMPORT_METHODS: "other" })).toThrow(
    `${methods.join(", ")}, each`,
  );
});

it.each<[string, Readonly<Record<string, string>>, string]>([
  ["no stores", { GLANCE_ENABLED_BACKENDS: "" }, ""],
  ["other stores", { GLANCE_ENABLED_BACKENDS: "one:s3" }, "one:s3 "],
  ["another default", { GLANCE_DEFAULT_BACKEND: "cheap" }, "fast:s3 cheap:s3 files:file web:http cheap"],
  [
    "no cache, which two of the stores are served from",
    { GLANCE_IMAGE_CACHE_DIR: "" },
    "fast:s3 cheap:s3 fast",
  ],
])("takes what is said, and adds nothing that contradicts it: %s", (_, said, stores) => {
  expect(storesOf(settingsOf(said))).toBe(stores);
});

it("leaves to the user what contradicts itself", () => {
  expect(() => settingsOf({ GLANCE_ENABLED_BACKENDS: "a:s3,b:s3" })).toThrow(
    "GLANCE_DEFAULT_BACKEND: with several stores it must say which one",
  );
  expect(() => settingsOf({ GLANCE_DEFAULT_BACKEND: "s3" })).toThrow("there is no store s3");
});

it("reads the settings of cdk.json; what cannot be read is the synthesis's to refuse", () => {
  const root = mkdtempSync(join(tmpdir(), "cdk-settings-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const read = (text: string) => {
    writeFileSync(join(root, "cdk.json"), text);
    return cdkSettings(root);
  };
  expect(read('{"context":{"settings":{"allowed_ports":"80","copies":{"fast":1}}}}')).toEqual({
    GLANCE_ALLOWED_PORTS: "80",
    GLANCE_COPIES: '{"fast":1}',
  });
  for (const text of ["{", "{}", '{"context":{"settings":5}}']) expect(read(text)).toEqual({});
});
