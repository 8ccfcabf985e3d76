/**
 * `first` and `next` as Glance writes them: relative, without any prefix; every client depends on it. All values of
 * a repeated key stay, or the pages behind the first would have other filters. `last` is the marker of the next page.
 */
export function pageLinks(
  query: URLSearchParams,
  last: string | undefined,
  path = "/v2/images",
): { first: string; next?: string } {
  const first = new URLSearchParams(query);
  first.delete("marker");
  const link = (parameters: URLSearchParams) => (parameters.size === 0 ? path : `${path}?${parameters}`);
  if (last === undefined) return { first: link(first) };
  const next = new URLSearchParams(first);
  next.set("marker", last);
  return { first: link(first), next: link(next) };
}
