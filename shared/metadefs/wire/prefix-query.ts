/** The resource type of `?resource_type=`, by whose prefix names are shown; undefined when none is given. */
export const readResourceType = (query: URLSearchParams): string | undefined =>
  query.getAll("resource_type").at(-1) || undefined;
