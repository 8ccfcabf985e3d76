import { JwtVerifier } from "aws-jwt-verify";
import type { JwksCache } from "aws-jwt-verify/jwk";
import { Unauthorized } from "../../../errors.ts";
import { ownValue } from "../../../own-value.ts";
import type { IdentityProvider } from "../../../settings/identity-provider.ts";
import { MAX_TOKEN_BYTES } from "../../domain/token-claims.ts";
import type { OidcVerifier } from "../../ports/oidc-verifier.ts";

/** What goes into ids and logs: no control characters. */
const SUBJECT = /^[\w.:@|/+=-]{1,255}$/;

/**
 * Tokens of one issuer, verified with aws-jwt-verify: signature by the issuer's own key set, issuer, times, then the
 * audience (`client_id` in Cognito's access tokens). Nothing in a token says where keys are looked up. Keys are read
 * over https; `jwksCache` is there for tests.
 */
export function oidcIdentityVerifier(provider: IdentityProvider, jwksCache?: JwksCache): OidcVerifier {
  const { issuer, audience, jwksUri, userNameClaim } = provider;
  const verifier = JwtVerifier.create(
    {
      issuer,
      jwksUri,
      audience: null,
      customJwtCheck: ({ header, payload }) => {
        const named: readonly unknown[] = [payload.aud ?? payload.client_id].flat();
        // The library ignores `crit` (RFC 7515, 4.1.11) and takes a token without an end.
        const isSound = header.crit === undefined && typeof payload.exp === "number";
        if (!isSound || !audience.some((one) => named.includes(one))) throw new Unauthorized();
      },
    },
    jwksCache && { jwksCache },
  );
  return {
    async verify(token) {
      if (token.length > MAX_TOKEN_BYTES) throw new Unauthorized();
      const payload = await verifier.verify(token).catch(() => {
        throw new Unauthorized();
      });
      const { sub: subject, exp } = payload;
      if (typeof subject !== "string" || !SUBJECT.test(subject) || typeof exp !== "number") {
        throw new Unauthorized();
      }
      const userName = ownValue(payload, userNameClaim);
      return {
        subject,
        userName: typeof userName === "string" && SUBJECT.test(userName) ? userName : subject,
        expiresAt: Math.floor(exp),
      };
    },
  };
}
