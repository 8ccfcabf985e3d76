import { App, Validations } from "aws-cdk-lib";
import { storesOfType } from "../../shared/settings/stores/store-setting.ts";
import type { Bundle, Bundles, DeployedFiles } from "../bundle.ts";
import { optionalStores } from "../bundling/absent-stores.ts";
import { isNeeded } from "../functions/features.ts";
import { ApiStack } from "./api-stack.ts";
import { appCertificates } from "./app-certificates.ts";
import { appPolicy } from "./app-policy.ts";
import { appSettings } from "./app-settings.ts";
import { InvalidDeployment } from "./invalid-deployment.ts";
import { StateStack } from "./state-stack.ts";
import { UpkeepStack } from "./upkeep-stack.ts";

export interface GlanceAppProps {
  /** Context of cdk.json; what the CLI hands over (`-c`) wins. */
  readonly context: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Makes the functions' bundles; not asked before settings and files are known to be good. */
  readonly bundles: (files: DeployedFiles) => Promise<Bundles>;
  /** Makes the folder of the ingress's container, when one is to be built; absent where no ingress is to be, whatever the settings say. */
  readonly ingress?: () => string;
  /** The same for the converter, where the settings need one. */
  readonly converter?: (files: DeployedFiles) => Promise<Bundle>;
  /** Where the assembly goes; by default where the CLI says (CDK_OUTDIR). */
  readonly outdir?: string;
}

function named(app: App, key: string, initial: string): string {
  const value: unknown = app.node.tryGetContext(key) ?? initial;
  // Narrower than what stacks and stages each allow: one rule for both.
  if (typeof value === "string" && /^[a-zA-Z][a-zA-Z0-9]{0,40}$/.test(value)) return value;
  throw new InvalidDeployment(`context ${key}: expected a letter, then at most 40 letters and digits`);
}

/** A flag of the context, which `-c` hands over as a text. */
function flag(app: App, key: string, initial: boolean): boolean {
  const text = String(app.node.tryGetContext(key) ?? initial);
  if (text !== "true" && text !== "false")
    throw new InvalidDeployment(`context ${key}: expected true or false`);
  return text === "true";
}

/**
 * The app of three stacks, and one each for the ingress and for image_conversion where they are asked for, state apart from
 * code, with nothing looked up anywhere: the same in every account and
 * region. Context: `settings` (options of shared/settings/options.ts), `name` (prefix of the stacks), `stage` (of the API),
 * `accountLogRole` (false where the account has a role for API Gateway's logs already), `transactionsWithoutKeys` (true
 * where IAM judges transactions without partition keys, see docs/aws.md).
 */
export async function glanceApp({
  context,
  environment,
  bundles,
  ingress,
  converter,
  outdir,
}: GlanceAppProps): Promise<App> {
  // `CDK_NAG=off` leaves out all that judges templates: for the local runtime, which refuses what it cannot run.
  const checked = environment.CDK_NAG !== "off";
  const app = new App({
    autoSynth: false,
    builtinCloudFormationValidation: checked,
    analyticsReporting: false,
    treeMetadata: false,
    context: { ...context },
    ...(outdir !== undefined && { outdir }),
  });
  const settings = appSettings(app.node.tryGetContext("settings"), environment);
  const files = {
    policy: appPolicy(settings),
    certificates: appCertificates(settings),
    absentStores: optionalStores.filter((type) => storesOfType(settings.enabled_backends, type).length === 0),
  };
  const name = named(app, "name", "glance");
  const stageName = named(app, "stage", "prod");
  const setAccountLogRole = flag(app, "accountLogRole", true);
  const transactionsWithoutKeys = flag(app, "transactionsWithoutKeys", false);

  if (checked) {
    // Loaded only here: it imports a part of the CDK that nothing else needs.
    const { AwsSolutionsChecks } = await import("cdk-nag");
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  }
  const { table, bucket, stores, tokenKey, statementKey, bus, keystoneSecret } = new StateStack(
    app,
    `${name}-state`,
    settings,
  );
  const secret = keystoneSecret && { keystoneSecret };
  const shared = {
    ...{ table, bucket, stores, bus, ...secret },
    ...{ ...(tokenKey && { tokenKey }), ...(statementKey && { statementKey }) },
    ...{ settings, transactionsWithoutKeys, bundles: await bundles(files) },
  };
  const { queues, url } = new ApiStack(app, `${name}-api`, { ...shared, stageName, setAccountLogRole });
  new UpkeepStack(app, `${name}-upkeep`, { ...shared, queues });
  if (settings.ingress_public_url !== "" && ingress) {
    // Loaded only here: few deployments need these parts of the CDK.
    const { IngressStack } = await import("./ingress-stack.ts");
    new IngressStack(app, `${name}-ingress`, { settings, endpoint: url, program: ingress });
  }
  if (isNeeded(settings, "conversion")) {
    if (!converter) throw new Error("image_conversion needs a bundle of the converter");
    // Loaded only here: few deployments need these parts of the CDK.
    const { ConverterStack } = await import("./converter-stack.ts");
    new ConverterStack(app, `${name}-converter`, { ...shared, queues, program: await converter(files) });
  }
  return app;
}
