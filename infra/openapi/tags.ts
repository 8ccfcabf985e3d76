/** Groups of operations, in the order in which a reader meets them. */
export const tags = [
  { name: "discovery", description: "Versions, schemas and what the service offers" },
  { name: "images", description: "Images: what is known of them, and who sees them" },
  { name: "image data", description: "Bytes of images" },
  {
    name: "transfers",
    description:
      "Uploads in presigned parts: in any order, in parallel, resumable, from several machines. An extension of " +
      "the Image API; docs/transfers.md has the whole protocol with examples",
  },
  { name: "members", description: "Projects that an image is shared with" },
  {
    name: "recovery",
    description: "Deleted images brought back, by admins alone. An extension of the Image API",
  },
  {
    name: "audit",
    description: "What is known of images' bytes, and what audits found. An extension of the Image API",
  },
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

export type TagName = (typeof tags)[number]["name"];
