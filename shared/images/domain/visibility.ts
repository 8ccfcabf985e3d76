export const visibilities = ["community", "public", "private", "shared"] as const;
export type Visibility = (typeof visibilities)[number];
