import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { appSettings } from "../../../infra/stacks/app-settings.ts";
import { deployedSettings } from "../../../shared/settings/deployed-settings.ts";
import { readSettings, settingsEnvironment } from "../../../shared/settings.ts";
import { synthesise } from "./synthesise.ts";

describe("settings of a deployment", () => {
  test("come from the context as an object or as the text that -c hands over", () => {
    expect(appSettings({ image_tag_quota: 5, disk_formats: ["raw", "qcow2"] }, {})).toMatchObject({
      image_tag_quota: 5,
      disk_formats: ["raw", "qcow2"],
    });
    expect(appSettings('{"require_image_format_match":false}', {}).require_image_format_match).toBe(false);
    expect(appSettings(undefined, {}).image_tag_quota).toBe(128);
  });

  test("variables win over the context", () => {
    expect(appSettings({ image_tag_quota: 5 }, { GLANCE_IMAGE_TAG_QUOTA: "6" }).image_tag_quota).toBe(6);
  });

  test("variables of the local runtime are none", () => {
    expect(() => appSettings({}, { GLANCE_HOME: "/x", GLANCE_PORT: "1", GLANCE_FAULTS: "7" })).not.toThrow();
  });

  test.each([
    [{ image_tag_quotas: 5 }, {}, /^no such option: image_tag_quotas \(did you mean image_tag_quota\?\)$/],
    [{ user_storage_quota: "5 GB" }, {}, /^GLANCE_USER_STORAGE_QUOTA: expected bytes/],
    [{ user_storage_quota: "-1" }, {}, /^GLANCE_USER_STORAGE_QUOTA: expected bytes/],
    [{ user_storage_quota: "9999999TB" }, {}, /^GLANCE_USER_STORAGE_QUOTA: expected bytes/],
    [{ image_count_total: 5 }, {}, /^GLANCE_IMAGE_COUNT_TOTAL needs GLANCE_USE_KEYSTONE_LIMITS=true$/],
    [
      { use_keystone_limits: true, image_size_total: 5, keystone_auth_url: "https://k.example/v3" },
      {},
      /^GLANCE_IMAGE_SIZE_TOTAL: with a Keystone the limits are Keystone's/,
    ],
    [{}, { GLANCE_IMAG: "1" }, /^no such option: GLANCE_IMAG \(did you mean GLANCE_\w+\?\)$/],
    [{ home: "/x" }, {}, /^no such option: home \(did you mean \w+\?\)$/],
    [{ image_tag_quota: "many" }, {}, /^GLANCE_IMAGE_TAG_QUOTA: expected a whole number/],
    [{ image_tag_quota: { a: 1 } }, {}, /image_tag_quota: expected a text/],
    ["{", {}, /expected a JSON object/],
    [[1], {}, /expected an object/],
  ])("refuses %j %j in one line", (context, environment, message) => {
    expect(() => appSettings(context, environment)).toThrow(message);
  });
});

const origins = (count: number) => Array.from({ length: count }, (_, at) => `https://console-${at}.example`);

test("settings that no function's environment has room for are refused, with what they are to be shortened by", async () => {
  await expect(synthesise({ settings: { allowed_origin: origins(95) } })).rejects.toThrow(
    /^settings .* the environment of \S+ would have up to \d+ bytes, more than the 4096 .*, GLANCE_ALLOWED_ORIGIN first \(\d+ bytes\)$/,
  );
  // Quotation marks are measured with the backslashes before them, and names of resources by the longest they can have.
  const { api } = await synthesise({ settings: { allowed_origin: origins(75) } });
  const variables = Object.values(api.findResources("AWS::Lambda::Function")).map(
    ({ Properties }) => Properties.Environment.Variables,
  );
  const longest = "x".repeat(134);
  const bytes = variables.map(
    (each) =>
      JSON.stringify(each, (_, value) => (value?.Ref || value?.["Fn::GetStackOutput"] ? longest : value))
        .length,
  );
  expect(Math.max(...bytes)).toBeLessThanOrEqual(4096);
  expect(Math.max(...bytes)).toBeGreaterThan(3500);
});

test("flags of the context are true or false, also as the texts that -c hands over", async () => {
  const withoutKeys = '"Null":{"dynamodb:LeadingKeys":"true"}';
  const texts = async (context: Readonly<Record<string, unknown>>) =>
    JSON.stringify((await synthesise(context)).api.toJSON());
  expect(await texts({})).not.toContain(withoutKeys);
  expect(await texts({ transactionsWithoutKeys: "true" })).toContain(withoutKeys);
  expect(await texts({ accountLogRole: "false" })).not.toContain("AWS::ApiGateway::Account");
  for (const flag of ["transactionsWithoutKeys", "accountLogRole"])
    await expect(synthesise({ [flag]: "yes" })).rejects.toThrow(`context ${flag}: expected true or false`);
});

test.each([
  // SQS delays a message by 15 minutes at most, Lambda runs for as long, presigned URLs live a week, uploads one more day.
  ["completion_recovery_delay", 900, "from 0 to 900"],
  ["hashing_run_seconds", 900, "from 0 to 900"],
  ["upload_url_expires", 604_800, "from 60 to 604800"],
  ["download_url_expires", 604_800, "from 60 to 604800"],
  ["import_lifetime_max", 604_800, "from 60 to 604800"],
  // S3's largest object, the gateway's patience, S3's lifecycle.
  ["image_size_cap", 53_687_091_200_000, "from 1 to 53687091200000"],
  ["keystone_timeout", 20, "from 1 to 20"],
  ["deleted_bytes_retention_days", 36_500, "from 0 to 36500"],
] as const)(
  "%s ends at %i: more is refused before anything is deployed or started",
  (option, most, range) => {
    expect(appSettings({ [option]: most }, {})[option]).toBe(most);
    const variable = `GLANCE_${option.toUpperCase()}`;
    expect(() => appSettings({ [option]: most + 1 }, {})).toThrow(
      `${variable}: expected a whole number ${range}`,
    );
    expect(() => readSettings({ [variable]: String(most + 1) })).toThrow(range);
  },
);

test.each([
  "transfer_lease_max",
  "transfer_lifetime_max",
  "token_expiration",
  "lockout_duration",
  "scrub_time",
  "purge_age_in_days",
  "purge_images_table_age_in_days",
  "orphan_grace_days",
  "orphan_pass_interval",
  "audit_deep_interval",
  "audit_light_interval",
])("%s is never so large that a date made of it is none", (option) => {
  const variable = `GLANCE_${option.toUpperCase()}`;
  expect(() => readSettings({ [variable]: "9007199254740991" })).toThrow(
    `${variable}: expected a whole number from`,
  );
});

test.each([
  ["0", 0],
  ["5", 5],
  ["5B", 5],
  ["5KB", 5 * 1024],
  ["2MB", 2 * 1024 ** 2],
  ["2GB", 2 * 1024 ** 3],
  ["1TB", 1024 ** 4],
])("a storage quota of %s is %i bytes, also when it was handed on", (text, bytes) => {
  const settings = appSettings({ user_storage_quota: text }, {});
  expect(settings.user_storage_quota).toBe(bytes);
  expect(deployedSettings(settingsEnvironment(settings)).user_storage_quota).toBe(bytes);
});

test("the functions' environment carries what differs from the defaults, the bucket its origins", async () => {
  const { state, api } = await synthesise(
    { settings: { image_tag_quota: 5 }, stage: "v1x", name: "second" },
    { GLANCE_ALLOWED_ORIGIN: "https://a.example,https://b.example" },
  );
  const functions = Object.values(api.findResources("AWS::Lambda::Function"));
  for (const { Properties } of functions) {
    expect(Properties.Environment.Variables).toMatchObject({
      GLANCE_IMAGE_TAG_QUOTA: "5",
      GLANCE_ALLOWED_ORIGIN: '["https://a.example","https://b.example"]',
    });
    expect(Properties.Environment.Variables).not.toHaveProperty("GLANCE_API_LIMIT_MAX");
  }
  state.hasResourceProperties("AWS::S3::Bucket", {
    CorsConfiguration: {
      CorsRules: [
        Match.objectLike({
          AllowedOrigins: ["https://a.example", "https://b.example"],
          AllowedMethods: ["GET", "PUT", "HEAD"],
          ExposedHeaders: ["ETag"],
        }),
      ],
    },
  });
  api.hasResourceProperties("AWS::ApiGateway::Stage", { StageName: "v1x" });
});

test("an account that has a log role for API Gateway keeps it", async () => {
  const { api } = await synthesise({ accountLogRole: "false" });
  api.resourceCountIs("AWS::ApiGateway::Account", 0);
});

test.each([
  [
    {},
    { GLANCE_TRANSFER_LIFETIME_MAX: "691200" },
    /GLANCE_TRANSFER_LIFETIME_MAX: 691200 seconds must be below/,
  ],
  [{ stage: "a/b" }, {}, /context stage: expected/],
])("refuses %j %j", async (context, environment, message) => {
  await expect(synthesise(context, environment)).rejects.toThrow(message);
});
