export const memberStatuses = ["pending", "accepted", "rejected"] as const;
export type MemberStatus = (typeof memberStatuses)[number];

/**
 * A project that an image is shared with (docs/reference/image-api.md, "Members"); times are ISO 8601 with
 * milliseconds.
 */
export interface Member {
  readonly image_id: string;
  /** The project's id. */
  readonly member_id: string;
  readonly status: MemberStatus;
  readonly created_at: string;
  readonly updated_at: string;
}
