import type { Image } from "./image.ts";
import type { Member } from "./member.ts";

export type ImageEventType =
  | "image.create"
  | "image.update"
  | "image.delete"
  | "image.prepare"
  | "image.upload"
  | "image.activate";

export type MemberEventType = "image.member.create" | "image.member.update" | "image.member.delete";

/** A notification as Glance sends it; it goes into the outbox with the change that it tells of. */
export interface Notification {
  readonly event_type: ImageEventType | MemberEventType;
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

/** `deletedAt`: when the member was removed; null while it is one. */
export const memberEvent = (
  event_type: MemberEventType,
  member: Member,
  deletedAt: string | null = null,
): Notification => ({
  event_type,
  priority: "INFO",
  payload: {
    image_id: member.image_id,
    member_id: member.member_id,
    status: member.status,
    created_at: seconds(member.created_at),
    updated_at: seconds(member.updated_at),
    deleted: deletedAt !== null,
    deleted_at: deletedAt === null ? null : seconds(deletedAt),
  },
});
