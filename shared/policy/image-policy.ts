import { type Caller, isAdmin } from "../domain/caller.ts";
import type { Image } from "../domain/image.ts";
import { Forbidden, NotFound } from "../errors.ts";

/** What a rule looks at: a stored image, or one that is about to be made. */
export type Target = Pick<Image, "owner" | "visibility">;

const hasRole = (caller: Caller, role: string): boolean => caller.roles.includes(role);
const isOwn = (caller: Caller, target: Target): boolean =>
  target.owner !== null && target.owner === caller.projectId;
const isOpenToAll = (target: Target): boolean =>
  target.visibility === "public" || target.visibility === "community";

const ownerMember = (caller: Caller, target: Target) => hasRole(caller, "member") && isOwn(caller, target);

/** Glance's default rules (operations sheet 9); an admin passes all of them. */
const rules = {
  add_image: ownerMember,
  get_image: (caller: Caller, target: Target) =>
    hasRole(caller, "reader") && (isOwn(caller, target) || isOpenToAll(target)),
  get_images: (caller: Caller, target: Target) => hasRole(caller, "reader") && isOwn(caller, target),
  modify_image: ownerMember,
  delete_image: ownerMember,
  upload_image: ownerMember,
  download_image: (caller: Caller, target: Target) =>
    hasRole(caller, "member") && (isOwn(caller, target) || isOpenToAll(target)),
  publicize_image: () => false,
  communitize_image: ownerMember,
} satisfies Record<string, (caller: Caller, target: Target) => boolean>;

export type Rule = keyof typeof rules;

const passes = (rule: Rule, caller: Caller, target: Target): boolean =>
  isAdmin(caller) || rules[rule](caller, target);

/**
 * Whether an image exists for this caller at all, before any policy: what is hidden here is a 404 everywhere,
 * because a 403 would tell that the id exists (images sheet 6, layer 1).
 */
export const canSee = (caller: Caller, target: Target): boolean =>
  isAdmin(caller) || target.owner === null || isOpenToAll(target) || isOwn(caller, target);

export class ImageNotFound extends NotFound {
  constructor(id: string) {
    super(`No image found with ID ${id}`);
  }
}

export class PolicyDenied extends Forbidden {
  constructor(rule: Rule) {
    super(`You are not authorized to complete ${rule} action.`);
  }
}

/** Passes, or refuses as Glance does: 403 to those who may see the image, 404 to everybody else. */
export function enforce(rule: Rule, caller: Caller, image: Target & Pick<Image, "id">): void {
  if (passes(rule, caller, image)) return;
  if (rule === "get_image" || !passes("get_image", caller, image)) throw new ImageNotFound(image.id);
  throw new PolicyDenied(rule);
}

/** For rules that guard no existing image: a refusal is always 403. */
export function enforceOn(rule: Rule, caller: Caller, target: Target): void {
  if (!passes(rule, caller, target)) throw new PolicyDenied(rule);
}
