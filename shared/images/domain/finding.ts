import { createHash } from "node:crypto";

/**
 * What became of something that an audit found:
 *
 *     open          nobody has done anything about it
 *     mended        an audit has put it right
 *     quarantined   the image was taken out of use, its bytes are kept
 *     acknowledged  an operator knows of it
 */
export const findingStates = ["open", "mended", "quarantined", "acknowledged"] as const;
export type FindingState = (typeof findingStates)[number];

/** Plain figures and texts; long texts are cut. */
export type FindingEvidence = Readonly<Record<string, string | number | boolean | null>>;

/** What an audit has just seen. */
export interface Sighting {
  /** What is wrong, e.g. `hash-mismatch`: lower case and dashes. */
  readonly kind: string;
  /** What it is wrong with, unique within the kind: an image's id, an object's key, an index entry. */
  readonly subject: string;
  readonly image_id: string | null;
  readonly object_key: string | null;
  readonly evidence: FindingEvidence;
  readonly state: Exclude<FindingState, "acknowledged">;
  /** The audit has changed something because of it just now: worth telling, even if it was found before. */
  readonly acted: boolean;
}

/** One record a kind and subject, however often it is seen. Times are ISO 8601. */
export interface Finding extends Omit<Sighting, "acted" | "state"> {
  /** `<kind>.<hash of the subject>`: good for a URL. */
  readonly id: string;
  readonly state: FindingState;
  readonly first_seen_at: string;
  readonly last_seen_at: string;
  readonly times_seen: number;
  readonly acknowledged_at: string | null;
  /** The user's id. */
  readonly acknowledged_by: string | null;
}

const TEXT_MAX = 1000;

const cut = (evidence: FindingEvidence): FindingEvidence =>
  Object.fromEntries(
    Object.entries(evidence).map(([name, value]) => [
      name,
      typeof value === "string" ? value.slice(0, TEXT_MAX) : value,
    ]),
  );

export const findingId = ({ kind, subject }: Pick<Sighting, "kind" | "subject">): string =>
  `${kind}.${createHash("sha256").update(subject).digest("hex").slice(0, 32)}`;

/**
 * The record after a sighting, and whether it is news: found for the first time, in another state, or acted upon.
 * What an operator has acknowledged stays so while it is merely seen again.
 */
export function recordSighting(
  before: Finding | undefined,
  { acted, ...sighting }: Sighting,
  at: string,
): { readonly finding: Finding; readonly isNews: boolean } {
  const isKnown = before?.state === "acknowledged" && sighting.state !== "mended" && !acted;
  const state = isKnown ? "acknowledged" : sighting.state;
  const finding: Finding = {
    ...sighting,
    id: findingId(sighting),
    evidence: cut(sighting.evidence),
    state,
    first_seen_at: before?.first_seen_at ?? at,
    last_seen_at: at,
    times_seen: (before?.times_seen ?? 0) + 1,
    acknowledged_at: isKnown ? before.acknowledged_at : null,
    acknowledged_by: isKnown ? before.acknowledged_by : null,
  };
  return { finding, isNews: acted || state !== before?.state };
}
