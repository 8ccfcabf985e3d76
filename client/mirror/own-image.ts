import type { Image } from "../openstack/image-service.ts";

/** Whose images a mirror's are. */
export interface Owning {
  /** Undefined: the login is for no project, and its images have no owner. */
  readonly project: string | undefined;
  /** On every image of the mirror. */
  readonly tag: string;
}

/**
 * Whether an image is the mirror's own. An id follows from what everybody may know, and a tag anybody can give: an image
 * of another project is never taken for the mirror's, however it looks.
 */
export const isOwn = ({ project, tag }: Owning, { owner, tags }: Image): boolean =>
  (owner || undefined) === project && Array.isArray(tags) && tags.includes(tag);

export const hasData = ({ status }: Image): boolean => status === "active" || status === "deactivated";
