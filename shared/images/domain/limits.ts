import { TooLarge } from "../../errors.ts";
import { type LimitName, limitNames } from "../../settings/limit-names.ts";
import type { Usage } from "./usage.ts";

const MIB = 1024 ** 2;

/** `user_storage_quota` is Glance's older limit of the same bytes as image_size_total. */
export type LimitedBy = LimitName | "user_storage_quota";

/**
 * The most that a project may use, in the units of whoever configures it: MiB for image_size_total and
 * image_stage_total, bytes for user_storage_quota. A negative or absent one is unlimited.
 */
export type ProjectLimits = Readonly<Partial<Record<LimitedBy, number>>>;

/** One limit that a change must keep. */
export interface KeptLimit {
  readonly limit: LimitedBy;
  readonly maximum: number;
  /** What is asked for beyond what the change itself adds: the bytes of an upload that begins; null: unknown. */
  readonly asked: number | null;
}

/** The limits of one project that a change must keep: it happens only when the usage after it is within all. */
export interface KeptLimits {
  readonly project: string;
  readonly limits: readonly KeptLimit[];
}

type Asked = Readonly<Partial<Record<LimitedBy, number | null>>>;

/** The named limits as a part of a Change; nothing when none of them is set, or nobody owns the image. */
export function withLimits(
  project: string | null,
  limits: ProjectLimits,
  asked: Asked,
): { readonly limits?: KeptLimits } {
  const kept = (Object.keys(asked) as LimitedBy[]).flatMap((limit) => {
    const maximum = limits[limit] ?? -1;
    return maximum < 0 ? [] : [{ limit, maximum, asked: asked[limit] ?? null }];
  });
  return project === null || kept.length === 0 ? {} : { limits: { project, limits: kept } };
}

/** The part of the usage that a limit is about. */
export const countedAs = (limit: LimitedBy): LimitName =>
  limit === "user_storage_quota" ? "image_size_total" : limit;

const isInMib = (limit: LimitedBy): boolean => limit === "image_size_total" || limit === "image_stage_total";

/** A usage in the unit of its limit. Glance counts whole MiB: what is begun is free. */
export const inLimitUnits = (limit: LimitedBy, usage: number): number =>
  isInMib(limit) ? Math.floor(usage / MIB) : usage;

/** Under Glance's older quota data of unknown size needs at least one free byte; the newer limits let it begin. */
const attempted = ({ limit, asked }: KeptLimit, change: Usage): number =>
  change[countedAs(limit)] + (asked ?? (limit === "user_storage_quota" ? 1 : 0));

/** The highest usage (bytes or count) that a project may have before a change that keeps the limit. */
export function highestBefore(kept: KeptLimit, change: Usage): number {
  const most = isInMib(kept.limit) ? (kept.maximum + 1) * MIB - 1 : kept.maximum;
  return Math.min(most, Number.MAX_SAFE_INTEGER) - attempted(kept, change);
}

/** Glance's texts: each names the limit, the usage, what was attempted and the maximum. */
function refusal(project: string, over: readonly KeptLimit[], usage: Usage, change: Usage): TooLarge {
  const [quota] = over.filter(({ limit }) => limit === "user_storage_quota");
  if (quota) {
    const size = quota.asked === null ? "None" : attempted(quota, change);
    const remaining = quota.maximum - usage.image_size_total;
    return new TooLarge(
      `Image exceeds the storage quota: The size of the data ${size} will exceed the limit. ${remaining} bytes remaining. ` +
        `(user_storage_quota: ${quota.maximum} bytes, of which ${usage.image_size_total} are used)`,
    );
  }
  const resources = over.map((kept) => {
    const { limit, maximum } = kept;
    const current = usage[countedAs(limit)];
    const used = inLimitUnits(limit, current);
    const delta = inLimitUnits(limit, current + attempted(kept, change)) - used;
    return `Resource ${limit} is over limit of ${maximum} due to current usage ${used} and delta ${delta}`;
  });
  return new TooLarge(
    "The request returned a 413 Request Entity Too Large. This generally means that rate limiting or a quota " +
      `threshold was breached.\n\nThe response body:\nProject ${project} is over a limit for [${resources.join(", ")}]`,
  );
}

/** Why a project with this usage may not make the change; undefined when it may. */
export function overLimit(
  { project, limits }: KeptLimits,
  usage: Usage,
  change: Usage,
): TooLarge | undefined {
  const over = limits
    .filter((kept) => usage[countedAs(kept.limit)] > highestBefore(kept, change))
    .toSorted(
      (one, other) => limitNames.indexOf(countedAs(one.limit)) - limitNames.indexOf(countedAs(other.limit)),
    );
  return over.length > 0 ? refusal(project, over, usage, change) : undefined;
}
