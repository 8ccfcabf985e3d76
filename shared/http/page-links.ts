/**
 * `first` and `next` as Glance writes them: relative, without any prefix; every client depends on it. All values of
 * a repeated key stay, or the pages behind the first would have other filters.
 */
export function pageLinks(
  query: URLSearchParams,
  lastId: string | undefined,
): { first: string; next?: string } {
  const first = new URLSearchParams(query);
  first.delete("marker");
  const path = "/v2/images";
  const link = (parameters: URLSearchParams) => (parameters.size === 0 ? path : `${path}?${parameters}`);
  if (lastId === undefined) return { first: link(first) };
  const next = new URLSearchParams(first);
  next.set("marker", lastId);
  return { first: link(first), next: link(next) };
}
