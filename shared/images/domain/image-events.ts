import type { Caller } from "../../caller.ts";
import type { Notification } from "../../notifications/domain/notification.ts";
import { ownValue } from "../../own-value.ts";
import type { Image } from "./image.ts";
import type { Member } from "./member.ts";

export type ImageEventType =
  | "image.create"
  | "image.update"
  | "image.delete"
  | "image.prepare"
  | "image.upload"
  | "image.activate"
  | "image.send";

export type MemberEventType = "image.member.create" | "image.member.update" | "image.member.delete";

const seconds = (iso: string): string => `${iso.slice(0, 19)}Z`;

/** Payload keys of Glance's image events (docs/reference/image-api.md, "Notifications"): no location and no os_hash. */
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

const storesIn = (image: Image, property: string): string[] =>
  (ownValue(image.properties, property) ?? "").split(",").filter((store) => store !== "");

/** `image.prepare` before and `image.upload` after data went to a store, with how far an import to several has come. */
export function storeEvent(
  event_type: "image.prepare" | "image.upload",
  image: Image,
  backend?: string,
): Notification {
  const [importing, failed] = ["os_glance_importing_to_stores", "os_glance_failed_import"] as const;
  const stores = { [importing]: storesIn(image, importing), [failed]: storesIn(image, failed) };
  return {
    ...imageEvent(event_type, image),
    payload: { ...payload(image), ...stores, ...(backend === undefined ? {} : { backend }) },
  };
}

/** An upload that brought no data, and why. */
export const uploadFailed = (imageId: string, reason: string): Notification => ({
  event_type: "image.upload",
  priority: "ERROR",
  payload: `Failed to upload image data for image ${imageId}: ${reason}`,
});

/** `bytes_sent` is the image's size: the URL is handed out, who reads how much of it only S3 knows. */
export const sendEvent = (image: Image, receiver: Caller): Notification => ({
  event_type: "image.send",
  priority: "INFO",
  payload: {
    bytes_sent: image.size,
    image_id: image.id,
    owner_id: image.owner,
    receiver_tenant_id: receiver.projectId,
    receiver_user_id: receiver.userId,
  },
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
