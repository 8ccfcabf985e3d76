import type { Image } from "./image.ts";

export type ImageEventType =
  | "image.create"
  | "image.update"
  | "image.delete"
  | "image.prepare"
  | "image.upload"
  | "image.activate";

/** A notification as Glance sends it; it goes into the outbox with the change that it tells of. */
export interface Notification {
  readonly event_type: ImageEventType;
  readonly priority: "INFO" | "ERROR";
  readonly payload: Readonly<Record<string, unknown>>;
}

const seconds = (iso: string): string => `${iso.slice(0, 19)}Z`;

/** Payload keys of Glance's image events (operations sheet 5): no location and no os_hash. */
const payload = (image: Image): Record<string, unknown> => ({
  id: image.id,
  name: image.name,
  status: image.status,
  created_at: seconds(image.created_at),
  updated_at: seconds(image.updated_at),
  min_disk: image.min_disk,
  min_ram: image.min_ram,
  protected: image.protected,
  checksum: image.checksum,
  owner: image.owner,
  disk_format: image.disk_format,
  container_format: image.container_format,
  size: image.size,
  virtual_size: image.virtual_size,
  is_public: image.visibility === "public",
  visibility: image.visibility,
  properties: image.properties,
  tags: image.tags,
  deleted: image.deleted_at !== null,
  deleted_at: image.deleted_at === null ? null : seconds(image.deleted_at),
});

export const imageEvent = (event_type: ImageEventType, image: Image): Notification => ({
  event_type,
  priority: "INFO",
  payload: payload(image),
});
