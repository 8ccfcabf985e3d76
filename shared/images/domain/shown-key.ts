import { shownUrl } from "../../shown-url.ts";
import { isOwn, type Location } from "./location.ts";

/** The key of bytes as logs and findings name it. That of registered ones is a URL, whose query may hold a secret. */
export function shownKey(place: Pick<Location, "key" | "registered">): string {
  if (isOwn(place)) return place.key;
  return URL.canParse(place.key) ? shownUrl(new URL(place.key)) : "no URL";
}
