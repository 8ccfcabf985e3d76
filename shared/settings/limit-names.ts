/** Glance's names of what is limited, in the order in which oslo.limit looks at them. */
export const limitNames = [
  "image_count_total",
  "image_count_uploading",
  "image_size_total",
  "image_stage_total",
] as const;
export type LimitName = (typeof limitNames)[number];
