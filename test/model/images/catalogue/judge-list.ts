import type { History } from "./history.ts";
import { isListed, type ListQuery, type Viewer } from "./seen-by.ts";

export interface SeenImage {
  readonly id: string;
  readonly name: string;
  readonly visibility: string;
}

/** A list as a client read it, page after page, and between which moments. */
export interface ReadList {
  readonly viewer: Viewer;
  readonly query: ListQuery;
  readonly began: number;
  readonly ended: number;
  readonly images: readonly SeenImage[];
  readonly order: "created_at" | "name";
  /** The images that later pages started after. */
  readonly markers: readonly string[];
}

/** What is wrong with a list, in words; nothing when some order of the changes at that time explains it. */
export function judgeList(histories: ReadonlyMap<string, History>, list: ReadList): string[] {
  const { viewer, query, began, ended, order, markers } = list;
  const statesOf = (id: string) => histories.get(id)?.during(began, ended) ?? [];
  const isSteady = (id: string) => statesOf(id).every((state, _, [first]) => state?.name === first?.name);
  // A page is read from several places, one after the other: an image that moves between them meanwhile can be missed
  // (docs/compatibility.md). By name a rename moves it, for all but its owner and admins a change of visibility.
  const moves = (id: string, owner: string) =>
    (order === "name" && !isSteady(id)) ||
    (!viewer.isAdmin &&
      viewer.project !== owner &&
      statesOf(id).some((state, _, [first]) => state?.visibility !== first?.visibility));
  // In the order of names a rename moves an image past a reader of several pages; that of a marker moves the reader.
  const isWhole = order === "created_at" || markers.every(isSteady);
  const hasOnePlace = (id: string) =>
    isWhole && (order === "created_at" || isSteady(id) || markers.length === 0);
  const faults: string[] = [];
  const seen = new Map<string, SeenImage>();
  for (const image of list.images) {
    if (seen.has(image.id) && hasOnePlace(image.id)) faults.push(`${image.id} is listed twice`);
    seen.set(image.id, image);
  }
  for (const [id, history] of histories) {
    const states = statesOf(id);
    const listed = states.map(
      (state) => state !== undefined && isListed(state, history.owner, viewer, query),
    );
    const image = seen.get(id);
    if (!image && listed.every(Boolean) && hasOnePlace(id) && !moves(id, history.owner))
      faults.push(
        `${id} is missing by ${order}, ${markers.length + 1} pages in ${Math.round(ended - began)} ms: it was ${JSON.stringify(states)}`,
      );
    if (!image) continue;
    const isExplained = states.some(
      (state, n) => listed[n] && state?.name === image.name && state.visibility === image.visibility,
    );
    if (!isExplained)
      faults.push(
        `${id} is listed as ${JSON.stringify(image)}, but was ${JSON.stringify(states)} of ${history.owner}`,
      );
  }
  return faults;
}
