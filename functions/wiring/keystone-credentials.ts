import { secretsManager } from "../../shared/aws/secrets-manager.ts";
import { environment } from "../../shared/environment.ts";
import {
  parseServiceCredentials,
  type ServiceCredentials,
} from "../../shared/keystone/service-credentials.ts";

/** This service's login at the Keystone, read from its secret at each login. */
export function keystoneCredentials(): () => Promise<ServiceCredentials> {
  const secrets = secretsManager({ environment: process.env });
  return async () => parseServiceCredentials(await secrets.read(environment("keystoneSecretId")));
}
