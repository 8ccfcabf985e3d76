import type { Settings } from "../settings.ts";

/** Whether this service says itself who its users are, and signs their tokens: no Keystone and no issuer of OpenID Connect does. */
export const hasOwnIdentity = ({
  keystone_auth_url,
  oidc_issuers,
}: Pick<Settings, "keystone_auth_url" | "oidc_issuers">): boolean =>
  keystone_auth_url === "" && oidc_issuers.length === 0;
