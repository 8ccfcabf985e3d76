/** Most users or projects in one answer; Keystone's `truncated` says that there are more. */
export const MOST_LISTED = 1000;
