import { randomUUID } from "node:crypto";
import { Unavailable } from "../../../errors.ts";
import type { PasswordProof } from "../../ports/password-proof.ts";

export interface CognitoPool {
  /** `eu-central-1_AbCdEfGhI`: the region stands before the underscore. */
  readonly userPoolId: string;
  /** An app client without a secret that allows USER_PASSWORD_AUTH. */
  readonly clientId: string;
  /** Stands in for the user pool's own endpoint, in tests. */
  readonly endpoint?: string;
}

const TIMEOUT_MS = 10_000;

/** What InitiateAuth answers for a login that is not good (Cognito API reference, InitiateAuth, Errors). */
const REFUSALS = new Set([
  "NotAuthorizedException",
  "UserNotFoundException",
  "UserNotConfirmedException",
  "PasswordResetRequiredException",
  "InvalidParameterException",
]);

const nothing = (): undefined => undefined;

/**
 * Passwords as a Cognito user pool knows them, for the user of the same name here. InitiateAuth is a public call: no
 * signature, no rights. An account that must first do something else there (MFA, a new password) is not proved.
 * An unknown user is asked for under a name that nobody has, so that it takes as long. Throws Unavailable when
 * Cognito does not answer or asks to wait.
 */
export function cognitoPasswordProof({ userPoolId, clientId, endpoint }: CognitoPool): PasswordProof {
  const region = userPoolId.split("_")[0];
  const url = endpoint ?? `https://cognito-idp.${region}.amazonaws.com/`;
  return {
    async prove(user, password) {
      const response = await fetch(url, {
        method: "POST",
        redirect: "error",
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: {
          "Content-Type": "application/x-amz-json-1.1",
          "X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
        },
        body: JSON.stringify({
          AuthFlow: "USER_PASSWORD_AUTH",
          ClientId: clientId,
          AuthParameters: { USERNAME: user?.name ?? randomUUID(), PASSWORD: password },
        }),
      }).catch((cause: unknown) => {
        throw new Unavailable("The service that proves passwords does not answer.", { cause });
      });
      const answer = (await response.json().catch(nothing)) as Record<string, unknown> | undefined;
      if (response.ok) return user !== undefined && typeof answer?.AuthenticationResult === "object";
      const type =
        String(answer?.__type ?? "")
          .split("#")
          .at(-1) ?? "";
      if (REFUSALS.has(type)) return false;
      throw new Unavailable("The service that proves passwords does not answer as it should.");
    },
  };
}
