import { readFile } from "node:fs/promises";
import { basename, join, relative, resolve } from "node:path";
import { type BuildOptions, build, type Plugin } from "esbuild";
import { ownValue } from "../shared/own-value.ts";
import { policyModule } from "../shared/policy/deployment/policy-module.ts";
import type { PolicyParts } from "../shared/policy/policy-parts.ts";
import {
  absentStores,
  OPTIONAL_STORE_BYTES,
  type OptionalStore,
  optionalStores,
} from "./bundling/absent-stores.ts";
import {
  certificateBytes,
  type DeployedCertificates,
  deployedCertificates,
} from "./bundling/deployed-certificates.ts";
import { literalDefaults } from "./bundling/literal-defaults.ts";
import { nativeHashesOnly } from "./bundling/native-hashes.ts";
import { oneRegionOnly } from "./bundling/one-region.ts";
import { packedHashes } from "./bundling/packed-hashes.ts";
import { rareModulesApart, rareModulesOf } from "./bundling/rare-modules.ts";
import { requireBanner } from "./bundling/require-banner.ts";
import { usedSchemasOnly } from "./bundling/sdk-schemas.ts";
import { usedBranchesOnly } from "./bundling/unused-branches.ts";
import { usedEndpointsOnly } from "./bundling/used-endpoints.ts";
import { type FunctionName, functionNames, sourceOf } from "./functions/functions.ts";
import { InvalidDeployment } from "./stacks/invalid-deployment.ts";

/** Bundle size is what a cold start costs: 500 kB load in about 50 ms. */
export const BUNDLE_BUDGET_BYTES = 500_000;

const projectRoot = resolve(import.meta.dirname, "..");

/** SDK clients read their version out of their package.json, which else comes along whole: 2.5 kB a client. */
const versionsOnly: Plugin = {
  name: "versions-only",
  setup: (builder) =>
    builder.onLoad({ filter: /[\\/]@aws-sdk[\\/]client-[^\\/]+[\\/]package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, "utf8"));
      return { contents: JSON.stringify({ version }), loader: "json" };
    }),
};

/** Sentences of the API's document, which no function shows: a kilobyte in each. */
const withoutSummaries: Plugin = {
  name: "without-summaries",
  setup: (builder) =>
    builder.onLoad({ filter: /[\\/]shared[\\/]\w+[\\/]wire[\\/][\w-]+-routes\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      return { contents: source.replace(/^( *summary: )".*",$/gm, '$1"",'), loader: "ts" };
    }),
};

/** The deployment's policy in place of the defaults, read and checked already: no function parses any of it. */
const deployedPolicy = (policy: PolicyParts): Plugin => ({
  name: "deployed-policy",
  setup: (builder) =>
    builder.onLoad({ filter: /[\\/]shared[\\/]policy[\\/]deployed-policy\.ts$/ }, () => ({
      contents: policyModule(policy),
      loader: "js",
    })),
});

/** What of the operator's files is part of the bundles, read and checked. */
export interface DeployedFiles {
  readonly policy?: PolicyParts;
  readonly certificates?: DeployedCertificates;
  /** Types of which no store is named; all others' code is in the bundles. */
  readonly absentStores?: readonly OptionalStore[];
}

export interface Bundle {
  /** Holds `index.mjs`, and beside it the rare modules that it may ask for. */
  readonly directory: string;
  /** Of `index.mjs`. */
  readonly bytes: number;
}
export type Bundles = Readonly<Record<FunctionName, Bundle>>;

/**
 * One module a function that needs nothing but rare ones beside it, the same bytes from the same sources and files on any machine.
 * Says which files of packages went in. Throws InvalidDeployment when a bundle is over the budget; esbuild's own error when a source does not build.
 */
export async function bundleFunctions(
  outdir: string,
  root = projectRoot,
  { policy, certificates, absentStores: absent = [] }: DeployedFiles = {},
  onPackageFiles: (paths: readonly string[]) => void = () => {},
): Promise<Bundles> {
  const options = {
    absWorkingDir: root,
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: false,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node24",
    // The module builds of packages shake better: a third smaller than with esbuild's order for Node.
    mainFields: ["module", "main"],
    alias: {
      "@aws-sdk/credential-provider-node": join(import.meta.dirname, "constructs/lambda-credentials.ts"),
      "@smithy/core/event-streams": join(import.meta.dirname, "constructs/event-streams.ts"),
      "mnemonist/lru-cache": join(import.meta.dirname, "constructs/lru-cache.ts"),
    },
    plugins: [
      versionsOnly,
      usedSchemasOnly,
      nativeHashesOnly,
      usedBranchesOnly,
      usedEndpointsOnly,
      oneRegionOnly,
      withoutSummaries,
      literalDefaults,
      packedHashes,
      rareModulesApart,
      absentStores(absent),
      ...(policy ? [deployedPolicy(policy)] : []),
      ...(certificates ? [deployedCertificates(certificates)] : []),
    ],
    banner: { js: requireBanner },
    legalComments: "none",
    metafile: true,
    logLevel: "silent",
  } as const satisfies BuildOptions;
  const { metafile } = await build({
    ...options,
    entryPoints: functionNames.map((name) => ({ in: sourceOf(name), out: `${name}/index` })),
  });
  const beside = functionNames.flatMap((name) => {
    const output = ownValue(metafile.outputs, relative(root, join(resolve(root, outdir), name, "index.mjs")));
    const modules = output ? rareModulesOf(output) : [];
    return modules.map((path) => ({ in: path, out: `${name}/${basename(path, ".ts")}` }));
  });
  if (beside.length > 0) await build({ ...options, entryPoints: beside });
  const sizes = new Map(
    Object.entries(metafile.outputs).map(([path, output]) => [resolve(root, path), output.bytes]),
  );
  const bundles = functionNames.map((name) => {
    const directory = join(outdir, name);
    const bytes = sizes.get(join(directory, "index.mjs"));
    if (bytes === undefined) throw new Error(`esbuild made no bundle of ${name}`);
    return [name, { directory, bytes }] as const;
  });
  // The budget is for code; how much of their own operators let functions carry is bound where it is read.
  const carried =
    (certificates ? certificateBytes(certificates) : 0) +
    (optionalStores.length - absent.length) * OPTIONAL_STORE_BYTES;
  const fat = bundles.filter(([, { bytes }]) => bytes > BUNDLE_BUDGET_BYTES + carried);
  if (fat.length > 0) {
    const list = fat.map(([name, { bytes }]) => `${name} ${bytes}`).join(", ");
    throw new InvalidDeployment(`bundles over the budget of ${BUNDLE_BUDGET_BYTES} bytes: ${list}`);
  }
  onPackageFiles(
    Object.keys(metafile.inputs)
      .filter((path) => path.includes("node_modules/"))
      .map((path) => resolve(root, path)),
  );
  return Object.fromEntries(bundles) as Bundles;
}
