const LONGEST = 200;

/** A URL as errors, logs and findings name it: without user, password, query and fragment, which may hold secrets. */
export const shownUrl = ({ protocol, host, pathname }: URL): string =>
  `${protocol}//${host}${pathname}`.slice(0, LONGEST);
