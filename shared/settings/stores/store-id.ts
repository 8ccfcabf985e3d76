import { refuseStore } from "./store-fault.ts";

/** Ids stand in headers and in every record of an image, and together in variables of 4 KB. */
const LONGEST_ID = 40;

/**
 * The id of a store: it stands in paths, in headers with commas between, and before a colon. Throws StoreFault. What
 * begins with os_glance_ is Glance's own (glance_store multi_backend.py, RESERVED_STORES).
 */
export function storeIdOf(subject: string, id: unknown): string {
  if (typeof id !== "string" || id === "") return refuseStore(subject, "it has no id");
  if (id.startsWith("os_glance_"))
    return refuseStore(subject, "ids that begin with os_glance_ are Glance's own: choose another");
  if (id.length > LONGEST_ID)
    return refuseStore(subject, `an id has at most ${LONGEST_ID} characters, this has ${id.length}`);
  if (!/^[A-Za-z0-9][\w.-]*$/.test(id))
    return refuseStore(subject, "an id has letters, digits, _, . and -, and begins with a letter or digit");
  return id;
}
