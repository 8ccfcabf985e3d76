import type { Image } from "../../domain/image.ts";
import type { ProjectLimits } from "../../domain/limits.ts";
import type { Limits } from "../../ports/limits.ts";

/** The limits of the project that an image counts for: its owner's, whoever asks. */
export const limitsOf = async (limits: Limits, { owner }: Pick<Image, "owner">): Promise<ProjectLimits> =>
  owner === null ? {} : limits.of(owner);
