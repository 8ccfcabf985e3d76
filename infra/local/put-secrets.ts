import { environmentVariable } from "../../shared/environment.ts";
import { ownValue } from "../../shared/own-value.ts";
import { parseStoreResources } from "../../shared/settings/stores/store-resources.ts";
import { putSecret } from "../local-aws/emulators/secrets-manager/open-secrets-manager.ts";
import type { Deployment } from "../local-aws/template/deployment.ts";
import { secretText } from "./keystone-login.ts";
import type { StartOptions } from "./start-options.ts";

/** What a variable says of those functions that have it. */
const valuesOf = ({ functions }: Deployment, variable: string): string[] =>
  functions.flatMap(({ environment }) => ownValue(environment, variable) ?? []);

/**
 * Writes what the options say into the secrets that the functions will read, as an operator does after the first
 * deployment. Which secret is whose, the functions' variables say.
 */
export async function putSecrets(
  directory: string,
  deployment: Deployment,
  { keystone, storeKeys }: Pick<StartOptions, "keystone" | "storeKeys">,
): Promise<void> {
  const put = async (arn: string | undefined, text: string): Promise<void> => {
    const secret = deployment.secrets.find((one) => one.arn === arn);
    if (secret === undefined) throw new Error(`the app has no secret for what it needs (${arn})`);
    await putSecret(directory, secret, text);
  };
  if (keystone)
    await put(valuesOf(deployment, environmentVariable("keystoneSecretId"))[0], secretText(keystone));
  const [resources = ""] = valuesOf(deployment, environmentVariable("storeResources"));
  for (const [store, text] of storeKeys) await put(parseStoreResources(resources).get(store), text);
}
