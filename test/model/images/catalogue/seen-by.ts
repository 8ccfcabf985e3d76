/** What a list may tell of an image at one moment; undefined: there is none. */
export interface ImageState {
  readonly name: string;
  readonly visibility: "private" | "shared" | "community" | "public";
  /** The project that it is shared with, and what that says of it. */
  readonly member?: { readonly project: string; readonly status: "pending" | "accepted" | "rejected" };
}

export interface Viewer {
  readonly project: string;
  readonly isAdmin: boolean;
}

export interface ListQuery {
  readonly visibility?: ImageState["visibility"] | "all";
  readonly name?: string;
  readonly member_status?: "pending" | "accepted" | "rejected" | "all";
}

/**
 * docs/reference/image-api.md, "Visibility" and "Lists", in the plainest form: whether a list shows an image of `owner`
 * in this state.
 */
export function isListed(state: ImageState, owner: string, viewer: Viewer, query: ListQuery): boolean {
  const { visibility, member } = state;
  if (query.name !== undefined && query.name !== state.name) return false;
  if (query.visibility !== undefined && query.visibility !== "all" && query.visibility !== visibility)
    return false;
  const isOwn = viewer.project === owner;
  const wantsCommunity = query.visibility === "community" || query.visibility === "all";
  if (visibility === "community" && !isOwn && !wantsCommunity) return false;
  if (viewer.isAdmin || isOwn || visibility === "public" || visibility === "community") return true;
  const status = query.member_status ?? "accepted";
  return (
    visibility === "shared" &&
    member?.project === viewer.project &&
    (status === "all" || status === member.status)
  );
}
