import { TOKEN_ISSUER, type TokenClaims } from "../../../shared/identity/domain/token-claims.ts";

const domain = { id: "default", name: "Default" };
const now = () => Math.floor(Date.now() / 1000);

/** Claims of a project-scoped token that is valid for an hour. */
export const scopedClaims = (changes: Partial<TokenClaims> = {}): TokenClaims => ({
  iss: TOKEN_ISSUER,
  aud: "image",
  sub: "u1",
  iat: now(),
  exp: now() + 3600,
  jti: "audit",
  name: "demo",
  domain,
  project: { id: "p1", name: "demo-project", domain },
  roles: [{ id: "r1", name: "Member" }],
  methods: ["password"],
  epoch: 0,
  ...changes,
});

export function unscopedClaims(): TokenClaims {
  const { project: _none, ...claims } = scopedClaims({ aud: "identity", roles: [] });
  return claims;
}
