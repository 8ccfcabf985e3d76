import { SimpleJwksCache, SimplePenaltyBox } from "aws-jwt-verify/jwk";
import { JwtVerifier } from "aws-jwt-verify/jwt-verifier";
import { Unauthorized } from "../../../errors.ts";
import {
  claimsOf,
  MAX_TOKEN_BYTES,
  type TokenAudience,
  type TokenClaims,
} from "../../domain/token-claims.ts";
import type { KeySet } from "../../ports/key-set.ts";
import type { TokenReader } from "../../ports/token-signer.ts";

export interface JwtReaderWiring {
  readonly keys: KeySet;
  readonly issuer: string;
  /** One of these must be the token's audience. */
  readonly audience: TokenAudience | readonly TokenAudience[];
}

/**
 * After a kid that is not in the key set, nobody's unknown kid is looked up for so long: a flood of them costs one
 * read each period. A newly published key may be refused that long, so it is short.
 */
const UNKNOWN_KID_WAIT_SECONDS = 2;

/** Keys could not be read: our fault, so not a 401. After that clients would log in again and repeat a PUT empty. */
class KeysUnreadable extends Error {}

function makeVerifier({ keys, issuer, audience }: JwtReaderWiring) {
  const fetcher = {
    fetch: async (): Promise<ArrayBuffer> => {
      const set = await keys.read().catch((cause: unknown) => {
        throw new KeysUnreadable("the keys of tokens could not be read", { cause });
      });
      return new TextEncoder().encode(JSON.stringify(set)).buffer;
    },
  };
  const penaltyBox = new SimplePenaltyBox({ waitSeconds: UNKNOWN_KID_WAIT_SECONDS });
  return JwtVerifier.create(
    {
      issuer,
      audience: typeof audience === "string" ? audience : [...audience],
      // Only the name of the key set in the cache; the fetcher does not go there.
      jwksUri: "urn:token-keys",
      customJwtCheck: ({ header }) => {
        // The library takes other algorithms of a key that names none, and ignores `crit` (RFC 7515, 4.1.11).
        if (header.alg !== "ES256" || header.typ !== "JWT" || header.crit !== undefined)
          throw new Unauthorized();
      },
    },
    { jwksCache: new SimpleJwksCache({ fetcher, penaltyBox }) },
  );
}

/**
 * Reads tokens with aws-jwt-verify: ES256, kid, issuer, audience and expiry, then the shape of every claim. Keys are
 * kept from call to call. Every refusal is Unauthorized without a word about the token; nothing happens before the
 * first call.
 */
export function jwtTokenReader(wiring: JwtReaderWiring): TokenReader {
  let verifier: ReturnType<typeof makeVerifier> | undefined;
  return {
    async read(token): Promise<TokenClaims> {
      if (token.length > MAX_TOKEN_BYTES) throw new Unauthorized();
      verifier ??= makeVerifier(wiring);
      const payload = await verifier.verify(token).catch((error: unknown) => {
        throw error instanceof KeysUnreadable ? error : new Unauthorized();
      });
      const claims = claimsOf(payload);
      if (!claims) throw new Unauthorized();
      return claims;
    },
  };
}
