import type { Caller } from "../../caller.ts";
import { Forbidden, NotFound } from "../../errors.ts";
import { isContextAdmin, passes } from "../../policy/ask.ts";
import type { ImageRule } from "../../policy/defaults.ts";
import { imageRules } from "../../policy/deployed-policy.ts";
import type { Target } from "../../policy/language/evaluate.ts";
import { PolicyDenied } from "../../policy/policy-denied.ts";
import type { Image } from "../domain/image.ts";
import { imageTarget, type ProposedImage, proposedTarget } from "./image-target.ts";

const isOwn = (caller: Caller, image: ProposedImage): boolean =>
  image.owner !== null && image.owner !== "" && image.owner === caller.projectId;

/**
 * Whether an image exists for this caller at all, before any policy: what is hidden here is a 404 everywhere,
 * because a 403 would tell that the id exists (docs/reference/image-api.md, "Visibility"). `isMember`: the caller's
 * project is a member of the image, whatever the member's status.
 */
export const canSee = (caller: Caller, image: ProposedImage, isMember = false): boolean =>
  image.owner === null ||
  image.visibility === "public" ||
  image.visibility === "community" ||
  (image.visibility === "shared" && isMember) ||
  isOwn(caller, image) ||
  isContextAdmin(caller);

export class ImageNotFound extends NotFound {
  constructor(id: string) {
    super(`No image found with ID ${id}`);
  }
}

/**
 * Rules about changes of an image. Below each of them lies what no rule can open: an image is changed by its owner's
 * project and by admins only (glance/db/sqlalchemy/api.py, `_check_mutate_authorization`).
 */
const changes: ReadonlySet<ImageRule> = new Set([
  "modify_image",
  "delete_image",
  "upload_image",
  "deactivate",
  "reactivate",
  "set_image_location",
  "delete_image_location",
]);

class NotOwner extends Forbidden {
  constructor() {
    super("You do not own this image");
  }
}

/** Glance's own answer to a deletion by others is that there is no such image. */
function requireOwner(rule: ImageRule, caller: Caller, image: Image): void {
  if (isOwn(caller, image) || isContextAdmin(caller)) return;
  throw rule === "delete_image" ? new ImageNotFound(image.id) : new NotOwner();
}

const isRuleMet = (rule: ImageRule, caller: Caller, target: Target): boolean =>
  passes(imageRules()[rule], caller, target);

/** Whether a rule about this image is met, for what is shown or left out and not refused. */
export const isAllowed = (rule: ImageRule, caller: Caller, image: Image): boolean =>
  isRuleMet(rule, caller, imageTarget(image, caller));

/**
 * Passes, or refuses as Glance does: 403 to those who may see the image, 404 to everybody else. A change is refused to
 * everybody but the owner's project and admins, whatever the rule says.
 */
export function enforce(rule: Exclude<ImageRule, MemberRule>, caller: Caller, image: Image): void {
  const target = imageTarget(image, caller);
  if (isRuleMet(rule, caller, target)) {
    if (changes.has(rule)) requireOwner(rule, caller, image);
    return;
  }
  if (rule === "get_image" || !isRuleMet("get_image", caller, target)) throw new ImageNotFound(image.id);
  throw new PolicyDenied(rule);
}

export type MemberRule = "add_member" | "delete_member" | "get_member" | "get_members" | "modify_member";

/** For rules about an image's members: 404 to those who may not see the image, even where the rule is met. */
export function enforceMember(rule: MemberRule, caller: Caller, image: Image): void {
  enforce("get_image", caller, image);
  if (!isAllowed(rule, caller, image)) throw new PolicyDenied(rule);
}

/** For rules that guard no existing image: a refusal is always 403. */
export function enforceOn(rule: ImageRule, caller: Caller, image: ProposedImage): void {
  if (!isRuleMet(rule, caller, proposedTarget(image))) throw new PolicyDenied(rule);
}
