import { cognitoPasswordProof } from "../../shared/identity/adapters/cognito/cognito-password-proof.ts";
import { scryptPasswordProof } from "../../shared/identity/adapters/scrypt/scrypt-password-proof.ts";
import type { PasswordProof } from "../../shared/identity/ports/password-proof.ts";
import type { Settings } from "../../shared/settings.ts";

/** Who proves passwords: the Cognito user pool of the settings, else the hashes on the users. */
export function passwordProof(settings: Settings): { passwords: PasswordProof; passwordsElsewhere: boolean } {
  const { cognito_user_pool_id: userPoolId, cognito_client_id: clientId } = settings;
  if (userPoolId === "" && clientId === "") {
    return { passwords: scryptPasswordProof(), passwordsElsewhere: false };
  }
  if (userPoolId === "" || clientId === "") {
    throw new Error("cognito_user_pool_id and cognito_client_id belong together: one of them is not set");
  }
  return { passwords: cognitoPasswordProof({ userPoolId, clientId }), passwordsElsewhere: true };
}
