import { KMSClient } from "@aws-sdk/client-kms";
import { boundedClient } from "../../shared/aws/bounded-waits.ts";
import { documentClient } from "../../shared/aws/document-client.ts";
import { systemClock as clock } from "../../shared/clock.ts";
import { environment } from "../../shared/environment.ts";
import { MethodNotAllowed, NotFound } from "../../shared/errors.ts";
import { allowedMethods } from "../../shared/http/allowed-methods.ts";
import { apiHandler } from "../../shared/http/api-handler.ts";
import type { ApiOperation } from "../../shared/http/api-request.ts";
import { clientAddress, networkOf } from "../../shared/http/client-address.ts";
import { createLogger } from "../../shared/http/logger.ts";
import { dynamodbCredentialStore } from "../../shared/identity/adapters/dynamodb/identity-credentials.ts";
import { dynamodbUserEpochs } from "../../shared/identity/adapters/dynamodb/identity-epochs.ts";
import { dynamodbLoginFailures } from "../../shared/identity/adapters/dynamodb/identity-failures.ts";
import { dynamodbKeySet } from "../../shared/identity/adapters/dynamodb/identity-key-set.ts";
import { dynamodbIdentityStore } from "../../shared/identity/adapters/dynamodb/identity-store.ts";
import { epochCheckedReader } from "../../shared/identity/adapters/jwt/epoch-checked-reader.ts";
import { jwtTokenReader } from "../../shared/identity/adapters/jwt/jwt-token-reader.ts";
import { kmsTokenSigner } from "../../shared/identity/adapters/kms/kms-token-signer.ts";
import { scryptPasswordProof } from "../../shared/identity/adapters/scrypt/scrypt-password-proof.ts";
import { callerOfClaims, TOKEN_ISSUER } from "../../shared/identity/domain/token-claims.ts";
import { publishKeys } from "../../shared/identity/operations/publish-keys.ts";
import { identityApi } from "../../shared/identity/wire/identity-api.ts";
import { identityFault } from "../../shared/identity/wire/identity-fault.ts";
import { identityRoutes } from "../../shared/identity/wire/identity-routes.ts";
import { deployedSettings } from "../../shared/settings/deployed-settings.ts";
import { hasOwnIdentity } from "../../shared/settings/has-own-identity.ts";
import { identityProviders } from "./identity-providers.ts";
import { passwordProof } from "./password-proof.ts";

const settings = deployedSettings(process.env);
const table = { client: documentClient(), tableName: environment("tableName") };
const keys = dynamodbKeySet(table);
const epochs = dynamodbUserEpochs(table);
const tokens = epochCheckedReader({
  // Unscoped tokens are good here, and only here: to list projects and to choose one.
  reader: jwtTokenReader({ keys, issuer: TOKEN_ISSUER, audience: ["image", "identity"] }),
  epochs,
  // Where rights are given and taken, a revoked token is not good for a moment.
  cacheSeconds: 0,
  clock,
});
const failureLimits = { attempts: settings.lockout_failure_attempts, seconds: settings.lockout_duration };
const addressOf = clientAddress(settings.trusted_proxies);

/** Where another service says who the users are, this one knows nobody: its tokens would be good for nothing. */
const isElsewhere = !hasOwnIdentity(settings);
/** Made where there is a key to sign with. */
const kmsSigner = () =>
  kmsTokenSigner({ client: boundedClient(KMSClient, {}), keyId: environment("tokenKeyId") });

const notFound = async (): Promise<never> => {
  const { keystone_auth_url: elsewhere } = settings;
  throw new NotFound(
    elsewhere === ""
      ? "The resource could not be found."
      : `The resource could not be found: the identity service is at ${elsewhere}.`,
  );
};

/** What Keystone says of a path that it knows by other methods, and of any other path. */
const refuse: ApiOperation = async ({ method, resource }) => {
  const allowed = isElsewhere ? undefined : allowedMethods(identityRoutes, resource);
  if (allowed) throw new MethodNotAllowed(method, allowed);
  return notFound();
};

export const handler = apiHandler({
  routes: identityRoutes,
  operations: isElsewhere
    ? {}
    : identityApi({
        identities: dynamodbIdentityStore(table),
        credentials: dynamodbCredentialStore(table),
        epochs,
        failures: dynamodbLoginFailures(table, failureLimits, clock),
        ...passwordProof(settings),
        secrets: scryptPasswordProof(),
        findVerifier: identityProviders(settings),
        tokens,
        keys,
        signer: publishKeys({ signer: kmsSigner(), keys }),
        clock,
        tokenSeconds: settings.token_expiration,
        addressOf: (request) => networkOf(addressOf(request)),
      }),
  fallback: refuse,
  tokens: {
    verify: async (token) => (isElsewhere ? notFound() : callerOfClaims(await tokens.read(token))),
  },
  logger: createLogger("identity"),
  publicEndpoint: settings.public_endpoint,
  allowedOrigins: settings.allowed_origin,
  fault: identityFault,
});
