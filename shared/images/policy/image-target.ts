import type { Caller } from "../../caller.ts";
import { ownValue } from "../../own-value.ts";
import type { Target } from "../../policy/language/evaluate.ts";
import type { Image } from "../domain/image.ts";
import { isBaseAttribute } from "../domain/image-attributes.ts";

/** An image that is about to be made: rules see its owner and visibility only. */
export type ProposedImage = Pick<Image, "owner" | "visibility">;

/**
 * The caller's project where it may be a member: of shared images that are not its own (docs/reference/image-api.md,
 * "Policy rules").
 */
const memberId = (image: Image, caller: Caller): string | null =>
  image.visibility === "shared" && caller.projectId !== "" && image.owner !== caller.projectId
    ? caller.projectId
    : null;

/** What `%(name)s` means in a rule about an image: its attributes under Glance's names, then its custom properties. */
export const imageTarget =
  (image: Image, caller: Caller): Target =>
  (name) => {
    if (name === "project_id") return image.owner;
    if (name === "member_id" || name === "member") return memberId(image, caller);
    if (name === "image_id") return image.id;
    if (isBaseAttribute(name)) return ownValue(image as Readonly<Record<keyof Image, unknown>>, name);
    return ownValue(image.properties, name);
  };

export const proposedTarget =
  ({ owner, visibility }: ProposedImage): Target =>
  (name) => {
    if (name === "owner" || name === "project_id") return owner;
    return name === "visibility" ? visibility : undefined;
  };
