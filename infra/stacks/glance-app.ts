import { App, Stack, Validations } from "aws-cdk-lib";
import { storesOfType } from "../../shared/settings/stores/store-setting.ts";
import type { Bundle, Bundles, DeployedFiles } from "../bundle.ts";
import { optionalStores } from "../bundling/absent-stores.ts";
import { isNeeded } from "../functions/features.ts";
import { ApiStack } from "./api-stack.ts";
import { appCertificates } from "./app-certificates.ts";
import { readAppContext } from "./app-context.ts";
import { appPolicy } from "./app-policy.ts";
import { appSettings } from "./app-settings.ts";
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

/**
/**
 * The app of three stacks, and one each for the ingress and for image_conversion where they are asked for, state apart from
 * code, with nothing looked up anywhere: the same in every account and region. What the context says: app-context.ts.
 */
export async function glanceApp({
  context: given,
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
    context: { ...given },
    ...(outdir !== undefined && { outdir }),
  });
  const { name, stage, tags, terminationProtection, ...context } = readAppContext(app);
  const settings = appSettings(context.settings, environment);
  const files = {
    policy: appPolicy(settings),
    certificates: appCertificates(settings),
    absentStores: optionalStores.filter((type) => storesOfType(settings.enabled_backends, type).length === 0),
  };
  if (checked) {
    // Loaded only here: it imports a part of the CDK that nothing else needs.
    const { AwsSolutionsChecks } = await import("cdk-nag");
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  }
  const state = new StateStack(app, `${name}-state`, settings);
  state.terminationProtection = terminationProtection;
  const { table, bucket, stores, tokenKey, statementKey, bus, keystoneSecret } = state;
  const secret = keystoneSecret && { keystoneSecret };
  const { accountLogRole: setAccountLogRole, transactionsWithoutKeys } = context;
  const shared = {
    ...{ table, bucket, stores, bus, ...secret },
    ...{ ...(tokenKey && { tokenKey }), ...(statementKey && { statementKey }) },
    ...{ settings, transactionsWithoutKeys, bundles: await bundles(files) },
  };
  const { queues, url } = new ApiStack(app, `${name}-api`, {
    ...shared,
    stageName: stage,
    setAccountLogRole,
  });
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
  for (const stack of app.node.children.filter(Stack.isStack))
    for (const [key, value] of Object.entries(tags)) stack.tags.setTag(key, value);
  return app;
}
