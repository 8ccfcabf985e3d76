import type { Image } from "../../images/domain/image.ts";

/** Whether somebody can read the image's data: of a deactivated image only admins can, who need its copy as all others do. */
export const isReadable = ({ status }: Pick<Image, "status">): boolean =>
  status === "active" || status === "deactivated";
