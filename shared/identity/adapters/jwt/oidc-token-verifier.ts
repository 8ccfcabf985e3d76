import { SimpleJwksCache } from "aws-jwt-verify/jwk";
import type { JwtHeader, JwtPayload } from "aws-jwt-verify/jwt-model";
import { JwtVerifier } from "aws-jwt-verify/jwt-verifier";
import type { Clock } from "../../../clock.ts";
import { GlanceError, Unauthorized } from "../../../errors.ts";
import type { TokenVerifier } from "../../../http/token-verifier.ts";
import type { OidcIssuer } from "../../../settings/oidc-issuer.ts";
import { MAX_TOKEN_BYTES } from "../../domain/token-claims.ts";
import { jwksFetcher } from "./jwks-fetcher.ts";
import { oidcCaller } from "./oidc-caller.ts";

export interface OidcVerifierWiring {
  readonly issuers: readonly OidcIssuer[];
  readonly clock: Clock;
}

/** Key sets are forgotten after so long: a key that its issuer has withdrawn must not be good for ever. */
const KEYS_LIFE_MS = 3_600_000;

/** RFC 7519, 5.1 and RFC 9068, 2.1. */
const isTokenType = (typ: unknown): boolean =>
  typ === undefined || (typeof typ === "string" && ["jwt", "at+jwt"].includes(typ.toLowerCase()));

/** Throws Unauthorized. The library ignores `crit` (RFC 7515, 4.1.11) and takes a token without an end. */
const checkFor =
  ({ audience }: OidcIssuer) =>
  ({ header, payload }: { header: JwtHeader; payload: JwtPayload }): void => {
    const isSound = header.crit === undefined && isTokenType(header.typ) && typeof payload.exp === "number";
    const named: readonly unknown[] = [payload.aud ?? payload.client_id].flat();
    if (!isSound || !audience.some((one) => named.includes(one))) throw new Unauthorized();
  };

const verifierOf = ({ issuers, clock }: OidcVerifierWiring) =>
  JwtVerifier.create(
    issuers.map((one) => ({
      issuer: one.issuer,
      jwksUri: one.jwksUri,
      // Judged below: access tokens of Cognito have a client_id in its place.
      audience: null,
      customJwtCheck: checkFor(one),
    })),
    { jwksCache: new SimpleJwksCache({ fetcher: jwksFetcher(clock) }) },
  );

/**
 * Callers by tokens of OpenID Connect issuers, verified with aws-jwt-verify: signature by the issuer's own key set,
 * issuer, audience, times, then the claims that the setting names. Nothing in a token says where keys are looked up.
 * Throws Unavailable when an issuer's keys cannot be read.
 */
export function oidcTokenVerifier(wiring: OidcVerifierWiring): TokenVerifier {
  let current: { readonly verifier: ReturnType<typeof verifierOf>; readonly until: number } | undefined;
  return {
    async verify(token) {
      if (token.length > MAX_TOKEN_BYTES) throw new Unauthorized();
      const now = wiring.clock().getTime();
      if (!current || current.until <= now)
        current = { verifier: verifierOf(wiring), until: now + KEYS_LIFE_MS };
      const payload = await current.verifier.verify(token).catch((error: unknown) => {
        throw error instanceof GlanceError ? error : new Unauthorized();
      });
      const issuer = wiring.issuers.find((one) => one.issuer === payload.iss);
      if (!issuer) throw new Unauthorized();
      return oidcCaller(payload, issuer);
    },
  };
}
