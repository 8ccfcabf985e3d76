import { pairwise } from "./pairwise.ts";

type Context = Readonly<Record<string, unknown>>;
type Settings = Readonly<Record<string, unknown>>;

const swift = { id: "old", type: "swift", auth_url: "https://keystone.example/v3", container: "glance" };
const first = { id: "s3", type: "s3" };
const web = { id: "web", type: "http" };
const folder = {
  ...{ id: "files", type: "file", subnets: ["subnet-0123456789abcdef0"] },
  access_point: "arn:aws:elasticfilesystem:eu-central-1:123456789012:access-point/fsap-0123456789abcdef0",
  security_groups: ["sg-0123456789abcdef0"],
};
const hosts = [
  { id: "fast", type: "s3" },
  { id: "before", type: "s3", bucket: "images-of-before" },
  { id: "ceph", type: "s3", host: "https://rgw.example", bucket: "glance", sees_tokens: true },
];

/** Settings that decide what is in the templates, beside variables of functions. */
const identity: readonly Settings[] = [
  {},
  { keystone_auth_url: "https://keystone.example/v3" },
  {
    oidc_issuers: [
      { issuer: "https://issuer.example", audience: ["glance"], project: { id: "p", name: "n" } },
    ],
  },
];
const stores: readonly Settings[] = [
  {},
  { enabled_backends: "s3:s3,cheap:s3", default_backend: "s3", copies: "s3:1,cheap:1" },
  { enabled_backends: hosts, default_backend: "fast" },
  { enabled_backends: [folder], image_cache_dir: "cache" },
  { enabled_backends: [first, swift, web], default_backend: "s3", image_cache_dir: "cache" },
];
const limits: readonly Settings[] = [{}, { user_storage_quota: "5TB" }, { use_keystone_limits: true }];
const audits: readonly Settings[] = [{}, { audit_deep_engine: "s3-batch" }];
const deletion: readonly Settings[] = [{}, { deleted_bytes_retention_days: 0, delayed_delete: true }];
const signers: readonly Settings[] = [
  {},
  { key_manager_backend: "secrets-manager", enforce_signatures: true },
];
const pages: readonly Settings[] = [{}, { allowed_origin: ["https://a.example", "https://b.example"] }];
const caches: readonly Settings[] = [{}, { image_cache_dir: "cache", image_cache_stall_time: 0 }];
/** And what the context says besides. */
const account: readonly Context[] = [
  {},
  { accountLogRole: false, transactionsWithoutKeys: true, tags: { owner: "images" } },
];

const choices = [identity, stores, limits, audits, deletion, signers, pages, caches, account] as const;
const asksS3ForChecksums = (row: readonly number[]): boolean => row[3] === 1;
const hasStores = (row: readonly number[]): boolean => row[1] !== 0;

/** Contexts of deployments in which every two choices meet; the first is the one without any. */
export const optionSets: readonly Context[] = pairwise(
  choices,
  (row) => !(asksS3ForChecksums(row) && hasStores(row)),
).map((row) => {
  const chosen = row.map((index, at) => choices[at]?.[index] ?? {});
  return { settings: Object.assign({}, ...chosen.slice(0, -1)), ...chosen.at(-1) };
});
