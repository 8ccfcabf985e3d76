import { addUsage, noUsage, type Usage, usageOf } from "../../../images/domain/usage.ts";
import type { ImageLists } from "../../../images/ports/image-store.ts";
import type { UsageStore } from "../../../images/ports/usage-store.ts";
import { limitNames } from "../../../settings/limit-names.ts";
import type { Decision } from "../job-run.ts";

export interface UsagePorts {
  readonly usage: UsageStore;
  readonly lists: ImageLists;
}

const BATCH = 100;

export const isSameUsage = (one: Usage, other: Usage): boolean =>
  limitNames.every((name) => one[name] === other[name]);

async function counted({ lists }: UsagePorts, project: string): Promise<Usage> {
  let sum = noUsage;
  const images = lists.list({
    scopes: [{ kind: "owner", project }],
    sortKey: "created_at",
    direction: "asc",
    expected: BATCH,
  });
  for await (const image of images) if (image.owner === project) sum = addUsage(sum, usageOf(image));
  return sum;
}

const named = (usage: Usage, when: string): Record<string, number> =>
  Object.fromEntries(limitNames.map((name) => [`${when}_${name}`, usage[name]]));

/**
 * A project's counter against its images. A first count is not of one moment, so that it only tells when to look
 * closer: the recount is exact while others write, and says what it corrected.
 */
export async function judgeUsage(
  ports: UsagePorts,
  project: string,
  told: (evidence: Readonly<Record<string, number>>) => Promise<unknown> = async () => undefined,
): Promise<Decision | undefined> {
  const recorded = await ports.usage.read(project);
  const sum = await counted(ports, project);
  if (isSameUsage(recorded, sum)) return undefined;
  const act = async (): Promise<boolean> => {
    const { before, after } = await ports.usage.recount(project);
    if (isSameUsage(before, after)) return false;
    await told({ ...named(before, "recorded"), ...named(after, "counted") });
    return true;
  };
  const evidence = { ...named(recorded, "recorded"), ...named(sum, "counted") };
  return { what: "recount usage", why: "the images of the project come to something else", evidence, act };
}
