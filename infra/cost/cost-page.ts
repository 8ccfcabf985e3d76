import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { functions } from "../functions/functions.ts";
import { billOf, idleCost } from "./idle-cost.ts";
import { operationsOf, thousandOf } from "./operation-cost.ts";
import { type Prices, prices } from "./prices.ts";
import { synthesisedResources } from "./synthesised-resources.ts";

/** Who says who the users are decides most of what an idle month costs. */
export const deployments: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "own identity service": {},
  "a Keystone": { keystone_auth_url: "https://keystone.example/v3" },
  "OpenID Connect": {
    oidc_issuers: [
      { issuer: "https://issuer.example", audience: ["glance"], project: { id: "p", name: "n" } },
    ],
  },
};

const TIB = 2 ** 40;
/** imagectl's and the ingress' parts of large images. */
const PART = 16 * 2 ** 20;
/** `audit_deep_bytes_per_second`. */
const AUDIT_BYTES_PER_SECOND = 50_000_000;
/** A third of what two hashes at once were measured at; from S3 it may be less. */
const VERIFY_BYTES_PER_SECOND = 90_000_000;

const regions = Object.entries(prices);
const usd = (value: number): string =>
  value >= 0.995 || value === 0 ? value.toFixed(2) : value.toPrecision(2);
const head = (...first: string[]): string => {
  const columns = [...first, ...regions.map(([region]) => region)];
  return `| ${columns.join(" | ")} |\n|${"---|".repeat(columns.length)}\n`;
};
const perRegion = (what: string, of: (region: Prices) => number): string =>
  `| ${what} | ${regions.map(([, region]) => usd(of(region))).join(" | ")} |\n`;

async function idleTable(): Promise<string> {
  let rows = "";
  for (const [name, settings] of Object.entries(deployments)) {
    const resources = await synthesisedResources({ settings }, {});
    const sums = regions.map(([, region]) => billOf(idleCost(resources, region)));
    rows += `| ${name} | ${sums.map(({ usd: all }) => usd(all)).join(" | ")} | ${usd(sums[0]?.usdBeyondFree ?? 0)} |\n`;
  }
  const columns = [
    "users come from",
    ...regions.map(([region]) => region),
    "us-east-1, beyond what is always free",
  ];
  return `| ${columns.join(" | ")} |\n|${"---|".repeat(columns.length)}\n${rows}`;
}

async function billTable(): Promise<string> {
  const resources = await synthesisedResources({}, {});
  const [[, region] = ["", undefined]] = regions;
  if (region === undefined) throw new Error("there are no prices");
  const rows = idleCost(resources, region).map(({ what, amount, usd: all, usdBeyondFree }) => {
    const count = amount < 1 ? amount.toFixed(3) : Math.round(amount).toLocaleString("en");
    return `| ${what} | ${count} | ${usd(all)} | ${usd(usdBeyondFree)} |\n`;
  });
  return `| what | a month | USD | beyond what is always free |\n|---|---|---|---|\n${rows.join("")}`;
}

function bytesTable(): string {
  const audits = functions["upkeep/auditor-deep"].memoryMegabytes / 1024;
  const verifies = functions["workers/finalize"].memoryMegabytes / 1024;
  const read = (region: Prices, bytesPerSecond: number, gigabytes: number) =>
    (TIB / bytesPerSecond) * gigabytes * region.functionGbSecond + ((TIB / PART) * region.objectReads) / 1e6;
  return [
    head("of one TiB"),
    perRegion("stored, a month", (region) => 1024 * region.objectGbMonth),
    perRegion("uploaded, in parts of 16 MiB", (region) => ((TIB / PART) * region.objectWrites) / 1e6),
    perRegion("verified once after its upload", (region) => read(region, VERIFY_BYTES_PER_SECOND, verifies)),
    perRegion("audited once, at the default rate", (region) => read(region, AUDIT_BYTES_PER_SECOND, audits)),
    perRegion(
      "copied into a second bucket of the region",
      (region) => ((TIB / PART) * region.objectWrites) / 1e6,
    ),
    perRegion("downloaded within the region", (region) => ((TIB / PART) * region.objectReads) / 1e6),
    perRegion(
      "downloaded to the internet",
      (region) => 1024 * region.outGb + ((TIB / PART) * region.objectReads) / 1e6,
    ),
  ].join("");
}

/** docs/cost.md, out of the templates, docs/access-patterns.md and the dated prices. */
export async function costPage(): Promise<string> {
  const access = readFileSync(resolve(import.meta.dirname, "../../docs/access-patterns.md"), "utf8");
  const operations = operationsOf(access).map((work) =>
    perRegion(work.what, (region) => thousandOf(work, region, 1)),
  );
  return `# What it costs

Written by \`npm run docs\` out of the templates, the measured units of [access patterns](access-patterns.md) and the dated
prices of \`infra/cost/prices.ts\`: change those, not this page. All figures are list prices in USD, without taxes. Nothing
was ever billed: the service has not run on AWS. \`npm run cost\` computes the idle month of your settings.

Prices: ${regions.map(([region, { source }]) => `${region}: ${source}`).join(". ")}.

## While nobody uses it, a month

${await idleTable()}
With its own identity service (us-east-1):

${await billTable()}
- Nothing has a price by the hour.
- The pollers are Lambda's own: five a queue, each a request in 20 seconds, however little comes. What the settings do not
  need is not polled: without \`web-download\` and \`glance-download\` in \`enabled_import_methods\` a queue less, without any import method two (0.26 each).
- A Keystone needs a secret for the service's login, and no key that signs; OpenID Connect needs neither. Moving to one of
  them leaves the key that was made behind, as tokens signed with it are good for hours: delete it a day later
  (\`aws kms schedule-key-deletion --key-id KEY --pending-window-in-days 7\`), or it is billed on.
- Turned on by settings: the [cache](caching.md) a queue and 49,000 runs, several stores a queue and 3,000 runs,
  \`image_provenance\` a key (1.00). What rests is deployed all the same: a message in a queue that nobody polls waits for
  four days, then it is dropped.
- To this comes what is stored: images, their records, logs of a month, and the light auditor's daily pass over all records
  ([operations](operations.md#auditor-light)).

## A thousand calls

Gateway, function, table, queue, notification and logs, in USD:

${head("a thousand times")}${operations.join("")}
A function is reckoned with 512 MB for 0.1 s a call. Downloads and uploads of image data go between client and S3.

## Image data

${bytesTable()}
Hashes are computed at 90 MB a second here, audits at \`audit_deep_bytes_per_second\`. Deleted bytes are paid for until
\`deleted_bytes_retention_days\` are over, parts of uploads that were given up until the reaper has been there. The
ingress runs on a machine of yours, and what it forwards leaves that machine; what it costs [on Fargate](ingress.md), and
converters do ([imports](imports.md#conversion)), is not in here.
`;
}
