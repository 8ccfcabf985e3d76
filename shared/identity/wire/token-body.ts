import type { TokenClaims } from "../domain/token-claims.ts";
import type { ServiceCatalog } from "./service-catalog.ts";

/** `YYYY-MM-DDTHH:MM:SS.000000Z` of seconds since 1970; clients parse exactly this form. */
export const timeOf = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, ".000000Z");

/** A token as Keystone shows it; an unscoped one has neither project nor roles nor catalog. */
export const tokenBody = (claims: TokenClaims, catalog: ServiceCatalog | undefined) => ({
  token: {
    methods: claims.methods,
    user: { id: claims.sub, name: claims.name, domain: claims.domain, password_expires_at: null },
    audit_ids: [claims.jti],
    issued_at: timeOf(claims.iat),
    expires_at: timeOf(claims.exp),
    ...(claims.credential && { application_credential: claims.credential }),
    ...(claims.project && {
      is_domain: false,
      project: claims.project,
      roles: claims.roles,
      ...(catalog && { catalog }),
    }),
  },
});
