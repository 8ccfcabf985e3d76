const seconds = (iso: string): string => `${iso.slice(0, 19)}Z`;

/** Times as documents show them. */
export const shownTimes = (of: { readonly created_at: string; readonly updated_at: string }) => ({
  created_at: seconds(of.created_at),
  updated_at: seconds(of.updated_at),
});

/** Only the members that are set: documents have no null. */
export const setTexts = (members: Readonly<Record<string, string | null>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(members).filter((member): member is [string, string] => member[1] !== null),
  );

/** Only the collections that have something in them. */
export const filled = (collections: Readonly<Record<string, object>>) =>
  Object.fromEntries(Object.entries(collections).filter(([, entries]) => Object.keys(entries).length > 0));
