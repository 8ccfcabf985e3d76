import type { Caller } from "../../shared/domain/caller.ts";
import { imageQuery } from "../../shared/http/wire/image-query.ts";
import { pageLinks } from "../../shared/http/wire/page-links.ts";
import { listImages } from "../../shared/operations/list-images.ts";
import { systemClock } from "../../shared/ports/clock.ts";
import type { ImageLists, ImageStore } from "../../shared/ports/image-store.ts";
import { readSettings } from "../../shared/settings.ts";

const settings = readSettings({});

export interface PageThrough {
  readonly store: ImageStore & ImageLists;
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
    const ids = page.images.map(({ id }) => id);
    pages.push(ids);
    const link: string | undefined = pageLinks(next, page.more ? ids.at(-1) : undefined).next;
    if (page.more && ids.length === 0) throw new Error("an empty page says that there is more");
    next = link === undefined ? undefined : new URL(link, "http://x").searchParams;
    if (next) await between?.();
  }
  return pages;
}
