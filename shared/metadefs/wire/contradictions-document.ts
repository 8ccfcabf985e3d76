import type { Judgement } from "../operations/show-contradictions.ts";

/** An image's properties as they are by the metadata definitions. */
export const contradictionsDocument = (imageId: string, { namespaces, contradictions }: Judgement) => ({
  image_id: imageId,
  namespaces,
  contradictions,
});
