/** A Keystone domain. There is exactly one; others are unknown names. */
export interface Domain {
  readonly id: string;
  readonly name: string;
}

export const defaultDomain: Domain = { id: "default", name: "Default" };

export type DomainReference = { readonly id: string } | { readonly name: string };

/**
 * The id of the domain a client names; undefined for one that does not exist. Names compare without case, as with
 * Keystone on MySQL: `OS_USER_DOMAIN_NAME=default` is common in rc files.
 */
export function domainIdOf(reference: DomainReference): string | undefined {
  const matches =
    "id" in reference
      ? reference.id === defaultDomain.id
      : reference.name.toLowerCase() === defaultDomain.name.toLowerCase();
  return matches ? defaultDomain.id : undefined;
}
