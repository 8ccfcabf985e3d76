import { Forbidden } from "../../errors.ts";
import { COPIES_PROPERTY } from "./wanted-copies.ts";

/** Attributes that no client sets, on create or by PATCH (docs/reference/image-api.md, "Attributes"). */
export const readOnlyAttributes: ReadonlySet<string> = new Set([
  "status",
  "checksum",
  "size",
  "virtual_size",
  "created_at",
  "updated_at",
  "direct_url",
  "self",
  "file",
  "schema",
  "stores",
  "os_hash_algo",
  "os_hash_value",
]);

/** Attributes of the image itself that clients may write. */
export const writableAttributes: ReadonlySet<string> = new Set([
  "name",
  "visibility",
  "protected",
  "os_hidden",
  "owner",
  "container_format",
  "disk_format",
  "min_ram",
  "min_disk",
  "tags",
]);

export const isBaseAttribute = (name: string): boolean =>
  name === "id" || name === "locations" || readOnlyAttributes.has(name) || writableAttributes.has(name);

const reservedNames: ReadonlySet<string> = new Set(["location", "deleted", "deleted_at"]);

export class ReservedAttribute extends Forbidden {
  constructor(name: string) {
    super(`Attribute '${name}' is reserved.`);
  }
}

export class ReadOnlyAttribute extends Forbidden {
  constructor(name: string) {
    super(`Attribute '${name}' is read-only.`);
  }
}

/**
 * Refuses names that belong to Glance itself; the namespace needs no underscore after it (docs/reference/image-api.md,
 * "Attributes"). One of them is this service's, which operations let admins set (docs/stores.md, "Copies").
 */
export function refuseReserved(name: string): void {
  if (name === COPIES_PROPERTY) return;
  if (reservedNames.has(name) || name.startsWith("os_glance")) throw new ReservedAttribute(name);
}
