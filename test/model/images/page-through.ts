import type { Caller } from "../../../shared/caller.ts";
import { systemClock } from "../../../shared/clock.ts";
import { pageLinks } from "../../../shared/http/page-links.ts";
import { listImages } from "../../../shared/images/operations/list-images.ts";
import type { ImageRecords } from "../../../shared/images/ports/image-records.ts";
import type { ImageLists } from "../../../shared/images/ports/image-store.ts";
import { imageQuery } from "../../../shared/images/wire/image-query.ts";
import { readSettings } from "../../../shared/settings.ts";

const settings = readSettings({});

export interface PageThrough {
  readonly store: ImageRecords & ImageLists;
  readonly caller: Caller;
  readonly query: URLSearchParams;
  /** Runs between two pages. */
  readonly between?: () => Promise<void>;
}

/** All pages as a client reads them: from the first one along `next`, which is never followed by an empty page. */
export async function pageThrough({ store, caller, query, between }: PageThrough): Promise<string[][]> {
  const list = listImages({ images: store, lists: store, clock: systemClock });
  const pages: string[][] = [];
  for (let next: URLSearchParams | undefined = query; next !== undefined; ) {
    const page = await list(caller, imageQuery(next, settings));
    const ids = page.entries.map(({ id }) => id);
    pages.push(ids);
    const link: string | undefined = pageLinks(next, page.more ? ids.at(-1) : undefined).next;
    if (page.more && ids.length === 0) throw new Error("an empty page says that there is more");
    next = link === undefined ? undefined : new URL(link, "http://x").searchParams;
    if (next) await between?.();
  }
  return pages;
}
