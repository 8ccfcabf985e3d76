import type { Condition } from "../../domain/image-filter.ts";
import type { ImageOrder } from "../../domain/image-order.ts";
import type { MemberStatus } from "../../domain/member.ts";
import type { Visibility } from "../../domain/visibility.ts";

/** What a list is asked for. */
export interface ImageQuery {
  readonly limit: number;
  /** Id of the image to start after. */
  readonly marker?: string;
  readonly order: ImageOrder;
  readonly visibility?: Visibility | "all";
  /** Which images of others are listed: those where the caller's project has this status as a member. */
  readonly memberStatus: MemberStatus | "all";
  /** All of them are met by each listed image. */
  readonly conditions: readonly Condition[];
}
