import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Option } from "../shared/settings/option.ts";
import { options, synthOptions } from "../shared/settings/options.ts";

const source = resolve(import.meta.dirname, "../shared/settings/options.ts");

/** Every option stands in one group; the page keeps their order. */
const groups: readonly (readonly [title: string, names: readonly string[]])[] = [
  [
    "Addresses and pages",
    ["public_endpoint", "allowed_origin", "trusted_proxies", "limit_param_default", "api_limit_max"],
  ],
  [
    "Ingress on AWS",
    [
      "ingress_public_url",
      "ingress_certificate_arn",
      "ingress_image",
      "ingress_vpc_id",
      "ingress_subnets",
      "ingress_scheme",
      "ingress_allowed_networks",
      "ingress_tasks_min",
      "ingress_tasks_max",
      "ingress_drain_seconds",
    ],
  ],
  [
    "Limits of an image",
    [
      "image_size_cap",
      "image_property_quota",
      "image_tag_quota",
      "image_member_quota",
      "image_location_quota",
      "container_formats",
      "disk_formats",
      "require_image_format_match",
      "gpt_safety_checks_nonfatal",
    ],
  ],
  [
    "Limits of a project",
    [
      "user_storage_quota",
      "use_keystone_limits",
      "endpoint_id",
      "image_count_total",
      "image_count_uploading",
      "image_size_total",
      "image_stage_total",
    ],
  ],
  [
    "Stores and places",
    [
      "enabled_backends",
      "default_backend",
      "copies",
      "copies_interval",
      "show_multiple_locations",
      "show_image_direct_url",
      "do_secure_hash",
    ],
  ],
  [
    "Imports",
    [
      "enabled_import_methods",
      "image_import_plugins",
      "inject",
      "ignore_user_roles",
      "image_decompression_ratio_max",
      "output_format",
      "image_converters",
      "image_converter_disk",
      "image_conversion_cpu_limit",
      "image_conversion_address_space_limit",
      "import_lifetime_max",
      "task_time_to_live",
      "extra_properties",
      "import_connections",
      "import_runs",
      "import_runs_per_project",
      "import_runs_per_host",
      "import_bytes_per_second",
      "import_bytes_per_second_in_all",
      "import_bytes_per_second_per_host",
      "import_fan_out_size",
      "import_allowed_networks",
      "allowed_schemes",
      "disallowed_schemes",
      "allowed_hosts",
      "disallowed_hosts",
      "allowed_ports",
      "disallowed_ports",
    ],
  ],
  [
    "Uploads and downloads",
    [
      "empty_uploads",
      "activate_on_stated_hashes",
      "completion_recovery_delay",
      "hashing_run_seconds",
      "transfer_lease_max",
      "transfer_lifetime_max",
      "upload_url_expires",
      "download_url_expires",
    ],
  ],
  ["Cache", ["image_cache_dir", "image_cache_max_size", "image_cache_stall_time"]],
  [
    "Signed images",
    [
      "enforce_signatures",
      "enable_certificate_validation",
      "key_manager_backend",
      "barbican_endpoint",
      "signing_certificates_folder",
      "trusted_certificates_file",
    ],
  ],
  [
    "Identity",
    [
      "keystone_auth_url",
      "keystone_timeout",
      "token_cache_time",
      "oidc_issuers",
      "token_expiration",
      "lockout_failure_attempts",
      "lockout_duration",
      "identity_providers",
      "cognito_user_pool_id",
      "cognito_client_id",
    ],
  ],
  [
    "Policy (decided when the template is made)",
    ["policy_file", "enforce_new_defaults", "property_protection_file", "property_protection_rule_format"],
  ],
  [
    "Deleting",
    [
      "delayed_delete",
      "scrub_time",
      "scrub_pool_size",
      "deleted_bytes_retention_days",
      "purge_age_in_days",
      "purge_images_table_age_in_days",
      "purge_max_rows",
    ],
  ],
  [
    "Audits, reaper, updaters",
    [
      "image_provenance",
      "audit_deep_engine",
      "audit_deep_checksum",
      "audit_deep_interval",
      "audit_deep_objects_per_second",
      "audit_deep_bytes_per_second",
      "audit_deep_dry_run",
      "audit_light_interval",
      "audit_light_objects_per_second",
      "audit_light_dry_run",
      "audit_quarantine_max",
      "updater_objects_per_second",
      "reaper_dry_run",
      "orphan_grace_days",
      "reaper_max_orphans",
      "reaper_max_orphan_percent",
      "orphan_pass_interval",
    ],
  ],
  ["Metadata definitions", ["metadef_warn_namespaces", "metadef_refuse_namespaces"]],
  ["Notifications", ["default_publisher_id", "disabled_notifications"]],
];

/** What options.ts says of each option, in the comment before it. */
function comments(): Map<string, string> {
  const found = readFileSync(source, "utf8").matchAll(
    /^\s+\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n\s+(\w+): \w+\(/gm,
  );
  return new Map(
    [...found].map(([, text = "", name = ""]) => [
      name,
      text
        .replace(/\n\s*\*/g, " ")
        .replace(/\s+/g, " ")
        .trim(),
    ]),
  );
}

/** What no option takes for a value, so that each says what it expects; some take any text. */
const NO_VALUE = "\u0000";

function expected(option: Option<unknown>): string {
  if (option.form !== undefined) return option.form;
  const parsed = option.parse(NO_VALUE);
  if (parsed instanceof Error) return parsed.message;
  return Array.isArray(parsed) ? "words with commas between" : "a file's path";
}

function initial(value: unknown): string {
  if (JSON.stringify(value) === "{}") return "none";
  const text = Array.isArray(value) ? value.join(", ") : String(value);
  return text === "" ? "none" : `\`${text}\``;
}

const cell = (text: string): string => text.replaceAll("|", "\\|").replace(/\.$/, "");

/** What docs/settings.md holds: every option with its meaning, default and form, out of shared/settings/options.ts. */
export function settingsPage(): string {
  const all = new Map<string, Option<unknown>>(Object.entries({ ...options, ...synthOptions() }));
  const meanings = comments();
  const grouped = groups.flatMap(([, names]) => names);
  const lost = [...all.keys()].filter((name) => !grouped.includes(name) || !meanings.has(name));
  const unknown = grouped.filter((name) => !all.has(name));
  if (lost.length > 0 || unknown.length > 0) {
    throw new Error(`infra/settings-page.ts: without a group or a comment: ${lost}; no options: ${unknown}`);
  }
  const row = (name: string) => {
    const option = all.get(name) as Option<unknown>;
    const meaning = meanings.get(name) as string;
    return `| \`${name}\` | ${cell(meaning)} | ${initial(option.default)} | ${cell(expected(option))} |`;
  };
  const sections = groups.map(
    ([title, names]) =>
      `## ${title}\n\n| option | what | default | form |\n|---|---|---|---|\n${names.map(row).join("\n")}\n`,
  );
  return `# Settings

Written by \`npm run docs\` out of \`shared/settings/options.ts\`; a test holds it to that. Where Glance has the option, it
has Glance's name and default.

On this machine: \`GLANCE_<OPTION>\` in capitals, as in \`GLANCE_IMAGE_PROPERTY_QUOTA=10 npm start\`. In a deployment: in
cdk.json as \`"settings": {"image_property_quota": 10}\`, or the same variable when \`cdk deploy\` runs. A misspelled option
or a bad value is refused with its name. \`npm start\` has [a few other defaults](stores.md#on-this-machine).

${sections.join("\n")}`;
}
