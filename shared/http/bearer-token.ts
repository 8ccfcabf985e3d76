/** The token of `Authorization: Bearer …`, as clients of OpenID Connect send it. */
export const bearerToken = (header: string | undefined): string | undefined =>
  /^bearer +(\S+)$/i.exec(header ?? "")?.[1];
