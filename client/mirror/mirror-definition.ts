import { ownValue } from "../../shared/own-value.ts";
import type { Image, ImageService } from "../openstack/image-service.ts";
import { attributePatch } from "../upload/attribute-patch.ts";
import { type Bringing, bringImage } from "./bring-image.ts";
import type { MirrorDefinition } from "./definition.ts";
import type { Published } from "./fetch-published.ts";
import { judgeImage } from "./judge-image.ts";
import { naturalOrder } from "./natural-order.ts";
import { hasData } from "./own-image.ts";
import { changedNames, settlingPatch } from "./settle-image.ts";
import { fullNameOf, isOf, isOfDefinition, type Wanted, wantedOf } from "./wanted.ts";

export interface MirrorOptions {
  readonly isDryRun: boolean;
  /** Only the newest version of each definition. */
  readonly latestOnly: boolean;
  /** Older versions are hidden from lists. */
  readonly hides: boolean;
  /** So many versions that the file names no more stay, the others are deleted; undefined: all stay. */
  readonly keep: number | undefined;
  /** Versions for which nobody says a checksum are taken, too. */
  readonly takesUnverified: boolean;
}

/** What became of one image. */
export interface Line {
  readonly name: string;
  readonly version: string;
  readonly id: string | null;
  readonly result: "up to date" | "imported" | "changed" | "deleted" | "failed";
  readonly what: string;
  readonly error?: unknown;
}

export interface Mirror extends Bringing {
  readonly published: Published;
  readonly options: MirrorOptions;
}

/** Of several images of one version that was brought twice, the one with data. */
const find = (managed: readonly Image[], wanted: Wanted): Image | undefined => {
  const found = managed.filter((image) => isOf(image, wanted));
  return found.find(hasData) ?? found[0];
};

const failed = (wanted: Wanted, image: Image | undefined, error: unknown): Line => ({
  name: wanted.fullName,
  version: wanted.version,
  id: image?.id ?? null,
  result: "failed",
  what: error instanceof Error ? error.message : String(error),
  error,
});

interface Brought {
  readonly wanted: Wanted;
  readonly image: Image | undefined;
  readonly isNew: boolean;
  readonly error?: unknown;
}

async function bring(mirror: Mirror, wanted: Wanted, managed: readonly Image[]): Promise<Brought> {
  const { options } = mirror;
  let image = find(managed, wanted);
  const judge = (there: Image) => judgeImage(mirror.images, there, wanted, options.takesUnverified);
  try {
    if (image && hasData(image)) {
      await judge(image);
      return { wanted, image, isNew: false };
    }
    if (!wanted.checksum && !options.takesUnverified)
      throw new Error("no checksum is known of it: name one in the file, or give --unverified");
    if (options.isDryRun) return { wanted, image: undefined, isNew: true };
    image = await bringImage(mirror, wanted, image);
    await judge(image);
    return { wanted, image, isNew: true };
  } catch (error) {
    mirror.signal.throwIfAborted();
    return { wanted, image, isNew: true, error };
  }
}

async function activate(images: ImageService, { id, status }: Image, wanted: MirrorDefinition["status"]) {
  if (status === wanted) return [];
  await images.act(id, wanted === "active" ? "reactivate" : "deactivate");
  return [wanted];
}

/** Makes an image that has its data what it is to be. */
async function settle(
  mirror: Mirror,
  brought: Brought,
  standing: { name: string; hidden: boolean },
): Promise<Line> {
  const { wanted, image, isNew } = brought;
  const { images, options } = mirror;
  const line = { name: standing.name, version: wanted.version, id: image?.id ?? null };
  if (image === undefined) return { ...line, result: "imported", what: `from ${new URL(wanted.url).host}` };
  const patch = settlingPatch(image, wanted, standing);
  const { status } = wanted.definition;
  const changes = [
    ...(patch.length > 0 ? [changedNames(patch)] : []),
    ...(image.status === status ? [] : [status]),
  ];
  if (!options.isDryRun) {
    if (patch.length > 0) await images.update(image.id, patch);
    await activate(images, image, status);
  }
  if (isNew) return { ...line, result: "imported", what: `from ${new URL(wanted.url).host}` };
  const result = changes.length > 0 ? "changed" : "up to date";
  return { ...line, result, what: changes.join(", ") };
}

/** Versions that the file names no more: they give the bare name away, and those beyond `keep` go. */
async function retire(
  mirror: Mirror,
  definition: MirrorDefinition,
  others: readonly Image[],
): Promise<Line[]> {
  const { images, options } = mirror;
  const sorted = [...others].sort((a, b) =>
    naturalOrder(String(b.internal_version ?? ""), String(a.internal_version ?? "")),
  );
  const lines: Line[] = [];
  for (const [at, image] of sorted.entries()) {
    const version = String(image.internal_version ?? image.created_at);
    const name = definition.multi ? fullNameOf(definition, version) : (image.name ?? "");
    const line = { name, version, id: image.id };
    try {
      if (options.keep !== undefined && at >= options.keep) {
        if (!options.isDryRun) await images.delete(image.id);
        lines.push({ ...line, result: "deleted", what: "the file names it no more" });
        continue;
      }
      const wanted = { name, ...(options.hides && { os_hidden: true }) };
      const changed = Object.entries(wanted).filter(([key, value]) => ownValue(image, key) !== value);
      if (changed.length === 0) continue;
      if (!options.isDryRun) await images.update(image.id, attributePatch(Object.fromEntries(changed)));
      lines.push({ ...line, result: "changed", what: changed.map(([key]) => key).join(", ") });
    } catch (error) {
      mirror.signal.throwIfAborted();
      const what = error instanceof Error ? error.message : String(error);
      lines.push({ ...line, result: "failed", what, error });
    }
  }
  return lines;
}

/**
 * Brings one definition's images up to date. The newest one takes the bare name when it has its data, before the one
 * that had it gives it away: the name is always there. Safe to repeat, to break off and to run twice at once.
 */
export async function mirrorDefinition(
  mirror: Mirror,
  definition: MirrorDefinition,
  managed: readonly Image[],
): Promise<readonly Line[]> {
  const { options, published, tag } = mirror;
  const all = await wantedOf(definition, tag, published);
  const wanted = options.latestOnly ? all.slice(-1) : all;
  const brought: Brought[] = [];
  for (const each of wanted) brought.push(await bring(mirror, each, managed));
  // One that is not what it should be, and has the bare name, keeps it: two would be nobody's.
  const keepsName = ({ image }: Brought) =>
    definition.multi && image !== undefined && hasData(image) && image.name === definition.name;
  const newest = brought.findLast((each) => each.error === undefined || keepsName(each));
  const lines: Line[] = [];
  for (const each of [...brought].reverse()) {
    if (each.error !== undefined) {
      lines.push(failed(each.wanted, each.image, each.error));
      continue;
    }
    const isNewest = each === newest;
    const name = definition.multi && isNewest ? definition.name : each.wanted.fullName;
    const hidden = each.wanted.hidden ?? (options.hides && definition.multi && !isNewest);
    try {
      lines.push(await settle(mirror, each, { name, hidden }));
    } catch (error) {
      mirror.signal.throwIfAborted();
      lines.push(failed(each.wanted, each.image, error));
    }
  }
  // What is there stays as it is until there is something better.
  if (newest === undefined || lines.some(({ result }) => result === "failed")) return lines;
  const isKnown = (image: Image) => all.some((each) => isOf(image, each));
  const others = managed.filter((image) => isOfDefinition(image, definition) && !isKnown(image));
  return [...lines, ...(await retire(mirror, definition, others))];
}
