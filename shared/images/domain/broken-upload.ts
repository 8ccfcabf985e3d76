/**
 * An upload with data that ended without them. Clients repeat such a PUT by themselves, with an empty body or with the
 * rest of the file, and take success for a whole image: old openstacksdk after a lost connection, keystoneauth after
 * 401 and 503, nova and cinder with a file that has been read already.
 */
export interface BrokenUpload {
  /** Bytes the whole image has, when the rest of them may still be on its way; null: only an empty repeat is feared. */
  readonly size: number | null;
  /** ISO 8601. */
  readonly until: string;
}

/** How long a repeat is taken for one. */
const MEMORY_MS = 10 * 60_000;

export const rememberedUntil = (now: Date): string => new Date(now.getTime() + MEMORY_MS).toISOString();

const isRemembered = (broken: BrokenUpload | null, now: Date): broken is BrokenUpload =>
  broken !== null && broken.until > now.toISOString();

/** What is remembered after one more failed attempt: never less than what is remembered already. */
export function afterBroken(before: BrokenUpload | null, announced: number | null, now: Date): BrokenUpload {
  const known = isRemembered(before, now) ? before.size : null;
  const size = known === null || announced === null ? (known ?? announced) : Math.max(known, announced);
  return { size, until: rememberedUntil(now) };
}

/** The broken upload that an upload of `size` bytes may be an accidental repeat of; null: the size is not known yet. */
export function repeatedUpload(
  broken: BrokenUpload | null,
  size: number | null,
  now: Date,
): BrokenUpload | undefined {
  if (size === null || !isRemembered(broken, now)) return undefined;
  const isRest = size === 0 || (broken.size !== null && size < broken.size);
  return isRest ? broken : undefined;
}
