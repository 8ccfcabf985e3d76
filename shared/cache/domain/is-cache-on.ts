/** Whether there is a cache at all: `image_cache_dir` says so, as in Glance. */
export const isCacheOn = ({ image_cache_dir }: { readonly image_cache_dir: string }): boolean =>
  image_cache_dir !== "";
