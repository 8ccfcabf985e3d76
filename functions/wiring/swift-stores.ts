import { secretsManager } from "../../shared/aws/secrets-manager.ts";
import { systemClock as clock } from "../../shared/clock.ts";
import { environment, environmentIfSet } from "../../shared/environment.ts";
import { swiftBlobStore } from "../../shared/images/adapters/swift/blob-store.ts";
import {
  type SwiftCopyTargetWiring,
  swiftCopyTarget,
} from "../../shared/images/adapters/swift/copy-target.ts";
import { type SwiftSecret, swiftSecret } from "../../shared/images/adapters/swift/store-secret.ts";
import { swiftClient } from "../../shared/images/adapters/swift/swift-client.ts";
import { keystoneSwiftLogin, type SwiftLogin } from "../../shared/images/adapters/swift/swift-login.ts";
import { v1SwiftLogin } from "../../shared/images/adapters/swift/v1-login.ts";
import { askKeystone } from "../../shared/keystone/ask-keystone.ts";
import { serviceToken } from "../../shared/keystone/service-token.ts";
import { deployedSettings } from "../../shared/settings/deployed-settings.ts";
import { parseStoreResources } from "../../shared/settings/stores/store-resources.ts";
import type { SwiftStoreSetting } from "../../shared/settings/stores/store-setting.ts";
import { swiftBlobInventory } from "../../shared/upkeep/adapters/swift/blob-inventory.ts";

// All that is reached of Swift is reached from here: where no setting names such a store, no bundle has it
// (infra/bundling/absent-stores.ts).

/** As hosts of S3: silent for so long, a login has failed. */
const LOGIN_SECONDS = 8;

/** The login that a secret has: of a user in the store's project, or an application credential's. */
async function keystoneCredentials(
  { project, projectDomain = "Default" }: SwiftStoreSetting,
  { member }: SwiftSecret,
) {
  if (project === undefined)
    return {
      applicationCredentialId: member("application_credential_id"),
      applicationCredentialSecret: member("application_credential_secret"),
    };
  return {
    ...{ username: member("username"), password: member("password") },
    userDomainName: member("user_domain_name", "Default"),
    ...{ projectName: project, projectDomainName: projectDomain },
  };
}

function loginOf(store: SwiftStoreSetting, secret: () => Promise<SwiftSecret>): SwiftLogin {
  const { authUrl, region, interface: kind = "public", endpoint } = store;
  const known = endpoint !== undefined && { endpoint };
  if (store.authVersion === 1)
    return v1SwiftLogin({
      ...{ authUrl, clock, timeoutMs: LOGIN_SECONDS * 1000, ...known },
      credentials: async () => {
        const { member } = await secret();
        return { username: member("username"), password: member("password") };
      },
    });
  const ask = askKeystone({ authUrl, timeoutSeconds: LOGIN_SECONDS, clock });
  const credentials = async () => keystoneCredentials(store, await secret());
  return keystoneSwiftLogin({
    ...{ ask, service: serviceToken({ ask, credentials, clock }), clock, interface: kind, ...known },
    ...(region !== undefined && { region }),
  });
}

const logins = new Map<string, { readonly login: SwiftLogin; readonly secret: () => Promise<SwiftSecret> }>();

/** One login for all containers that are reached by it. */
function sharedLogin(store: SwiftStoreSetting) {
  const { authUrl, authVersion, project, projectDomain, region, interface: kind, endpoint } = store;
  const id = store.secret ?? parseStoreResources(environmentIfSet("storeResources")).get(store.id);
  if (id === undefined)
    throw new Error(`environment variable STORE_RESOURCES names no secret of ${store.id}`);
  const name = [authUrl, authVersion, project, projectDomain, region, kind, endpoint, id].join(" ");
  const known = logins.get(name);
  if (known) return { ...known, name };
  const secrets = secretsManager({ environment: process.env });
  const secret = swiftSecret(secrets, { id, store: store.id, clock });
  const made = { login: loginOf(store, secret), secret };
  logins.set(name, made);
  return { ...made, name };
}

/** What the adapters of a store in Swift need. */
export function swiftWiring(store: SwiftStoreSetting): SwiftCopyTargetWiring {
  const { login, secret, name } = sharedLogin(store);
  return {
    ...{ login, container: store.container, create: store.createContainer === true, clock },
    // Buckets' names are unique in the world.
    madeBy: environment("imageBucket"),
    allowedOrigins: deployedSettings(process.env).allowed_origin,
    account: name,
    tempUrlKey: async () => (await secret()).member("temp_url_key"),
  };
}

export const swiftStore = (store: SwiftStoreSetting) => swiftBlobStore(swiftWiring(store));

export const swiftTarget = (store: SwiftStoreSetting) => swiftCopyTarget(swiftWiring(store));

/** What this service has made in the store's account. */
export function swiftInventory(store: SwiftStoreSetting) {
  const { login, container, madeBy } = swiftWiring(store);
  return swiftBlobInventory(swiftClient(login), { container, madeBy });
}
