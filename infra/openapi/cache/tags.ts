/** The group of the cache's operations. */
export const cacheTags = [
  { name: "cache", description: "Images that are served from copies: for admins" },
] as const;
