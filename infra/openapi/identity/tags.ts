/** Groups of the Identity API's operations. */
export const identityTags = [
  {
    name: "tokens",
    description:
      "Logins, tokens and the catalog. Like everything below /v3 they are 404 where the service takes the tokens " +
      "of another Keystone or of OpenID Connect issuers",
  },
  { name: "users", description: "Users and their passwords" },
  { name: "projects", description: "Projects, and the one domain" },
  { name: "roles", description: "The four roles, and who has them" },
  {
    name: "application credentials",
    description: "Logins of a user for one project, each with its own secret",
  },
] as const;
