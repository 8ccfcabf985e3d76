import { TOKEN_ISSUER } from "../../domain/identity/token-claims.ts";
import { environment } from "../../environment.ts";
import type { TokenVerifier } from "../../ports/token-verifier.ts";
import { documentClient } from "../dynamodb/document-client.ts";
import { dynamodbKeySet } from "../dynamodb/identity-key-set.ts";
import { jwtTokenVerifier } from "./jwt-token-verifier.ts";

/** The verifier of every image function: project-scoped tokens of this deployment's identity service. */
export const imageTokenVerifier = (): TokenVerifier =>
  jwtTokenVerifier({
    keys: dynamodbKeySet({ client: documentClient(), tableName: environment("tableName") }),
    issuer: TOKEN_ISSUER,
    audience: "image",
  });
