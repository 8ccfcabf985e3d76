import { documentClient } from "../../../aws/document-client.ts";
import { systemClock } from "../../../clock.ts";
import { environment } from "../../../environment.ts";
import type { TokenVerifier } from "../../../http/token-verifier.ts";
import { TOKEN_ISSUER } from "../../domain/token-claims.ts";
import { dynamodbUserEpochs } from "../dynamodb/identity-epochs.ts";
import { dynamodbKeySet } from "../dynamodb/identity-key-set.ts";
import { jwtTokenVerifier } from "./jwt-token-verifier.ts";

/**
 * The verifier of every image function: project-scoped tokens of this deployment's identity service, refused at the
 * latest `cacheSeconds` after they were revoked.
 */
export function imageTokenVerifier({ cacheSeconds }: { cacheSeconds: number }): TokenVerifier {
  const table = { client: documentClient(), tableName: environment("tableName") };
  return jwtTokenVerifier({
    keys: dynamodbKeySet(table),
    issuer: TOKEN_ISSUER,
    audience: "image",
    revocations: { epochs: dynamodbUserEpochs(table), cacheSeconds, clock: systemClock },
  });
}
