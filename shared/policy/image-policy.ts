import type { Caller } from "../domain/caller.ts";
import type { Image } from "../domain/image.ts";
import { NotFound } from "../errors.ts";
import { hasProjectScope, isAdmin, passes } from "./ask.ts";
import type { ImageRule } from "./defaults.ts";
import { imageRules } from "./deployed-policy.ts";
import { imageTarget, type ProposedImage, proposedTarget } from "./image-target.ts";
import type { Target } from "./language/evaluate.ts";
import { PolicyDenied } from "./policy-denied.ts";

const isOwn = (caller: Caller, image: ProposedImage): boolean =>
  image.owner !== null && image.owner !== "" && image.owner === caller.projectId;

/**
 * Whether an image exists for this caller at all, before any policy: what is hidden here is a 404 everywhere,
 * because a 403 would tell that the id exists (images sheet 6, layer 1). `isMember`: the caller's project is a
 * member of the image, whatever the member's status.
 */
export const canSee = (caller: Caller, image: ProposedImage, isMember = false): boolean =>
  image.owner === null ||
  image.visibility === "public" ||
  image.visibility === "community" ||
  (image.visibility === "shared" && isMember) ||
  isOwn(caller, image) ||
  isAdmin(caller);

export class ImageNotFound extends NotFound {
  constructor(id: string) {
    super(`No image found with ID ${id}`);
  }
}

const isRuleMet = (rule: ImageRule, caller: Caller, target: Target): boolean =>
  passes(imageRules()[rule], caller, target);

/** Whether a rule about this image is met, for what is shown or left out and not refused. */
export const isAllowed = (rule: ImageRule, caller: Caller, image: Image): boolean =>
  isRuleMet(rule, caller, imageTarget(image, caller));

/**
 * Passes, or refuses as Glance does: 403 to those who may see the image, 404 to everybody else. A token that is not
 * for a project is always 403.
 */
export function enforce(rule: ImageRule, caller: Caller, image: Image): void {
  if (!hasProjectScope(caller)) throw new PolicyDenied(rule);
  const target = imageTarget(image, caller);
  if (isRuleMet(rule, caller, target)) return;
  if (rule === "get_image" || !isRuleMet("get_image", caller, target)) throw new ImageNotFound(image.id);
  throw new PolicyDenied(rule);
}

/** For rules that guard no existing image: a refusal is always 403. */
export function enforceOn(rule: ImageRule, caller: Caller, image: ProposedImage): void {
  if (!isRuleMet(rule, caller, proposedTarget(image))) throw new PolicyDenied(rule);
}
