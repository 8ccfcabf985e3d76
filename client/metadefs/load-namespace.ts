import type { MetadefService } from "../openstack/metadef-service.ts";
import type { NamespaceDefinitions } from "../openstack/namespace-definitions.ts";
import { type Differences, differencesOf, isNone, type Names } from "./differences.ts";
import { keepingOwner } from "./keeping-owner.ts";
import { mergeInto } from "./merge-into.ts";
import { isTaken, refusalReason } from "./refusal-reason.ts";
import { replaceNamespace, spareName } from "./replace-namespace.ts";

/** What becomes of a namespace that is there already: what the options of upstream's loader mean. */
export type Mode = "skip" | "merge" | "prefer-new" | "overwrite";

export interface Outcome {
  readonly result: "made" | "changed" | "replaced" | "left alone" | "refused";
  /** What came into a namespace that was there. */
  readonly added?: Names;
  /** What in it was changed. */
  readonly updated?: Names;
  /** Why it was left alone or refused. */
  readonly reason?: string;
}

export interface HowToLoad {
  readonly mode: Mode;
  /** Nothing is changed; the outcome is that of a load without refusals. */
  readonly isDryRun: boolean;
}

const none: Names = { resource_type_associations: [], properties: [], objects: [], tags: [] };
const unseen = "the name is taken by a namespace that you cannot see, or that the service finds by no URL";
const leftAlone = (reason: string): Outcome => ({ result: "left alone", reason });

/** What is to be added and changed in a namespace that is there. */
function due(mode: Mode, differences: Differences): { readonly added: Names; readonly updated: Names } {
  return {
    added: differences.missing,
    updated: mode === "prefer-new" ? differences.changed : none,
  };
}

async function loadOver(
  service: MetadefService,
  wanted: NamespaceDefinitions,
  there: NamespaceDefinitions,
  { mode, isDryRun }: HowToLoad,
): Promise<Outcome> {
  if (mode === "skip") return leftAlone("it is there already");
  const differences = differencesOf(wanted, there);
  const isBaseDue = mode !== "merge" && !differences.isBaseSame;
  const { added, updated } = due(mode, differences);
  if (mode === "overwrite") {
    const isSame = !isBaseDue && [added, differences.changed, differences.surplus].every(isNone);
    if (isSame) return leftAlone("it is the same already");
    if (!isDryRun) await replaceNamespace(service, wanted, there);
    return { result: "replaced" };
  }
  if (!isBaseDue && isNone(added) && isNone(updated)) {
    return leftAlone(mode === "merge" ? "nothing is missing in it" : "it is the same already");
  }
  const refusals = isDryRun ? [] : await mergeInto(service, wanted, there, { added, updated, isBaseDue });
  if (refusals.length > 0) return { result: "refused", added, updated, reason: refusals.join("; ") };
  return { result: "changed", added, updated };
}

/**
 * Makes a namespace whole, by one call. Resolves to what became of it; to undefined where one of that name is there.
 */
async function make(service: MetadefService, wanted: NamespaceDefinitions): Promise<Outcome | undefined> {
  try {
    await service.create(wanted);
    return { result: "made" };
  } catch (error) {
    if (isTaken(error)) return undefined;
    const reason = refusalReason(error);
    if (reason === undefined) throw error;
    // Some versions of Glance keep the beginning of a namespace whose content they refuse.
    const remains = await service.find(wanted.namespace);
    const advice = "; a part of it is there now: unload it before the next try";
    return { result: "refused", reason: `${reason}${remains ? advice : ""}` };
  }
}

async function load(
  service: MetadefService,
  wanted: NamespaceDefinitions,
  options: HowToLoad,
): Promise<Outcome> {
  const { namespace } = wanted;
  const there = await service.find(namespace);
  if (there) return loadOver(service, wanted, there, options);
  if (options.isDryRun) return { result: "made" };
  // A run that was killed may have taken the old one away, and left the new one under its other name.
  const spare = options.mode === "overwrite" ? await service.find(spareName(namespace)) : undefined;
  const outcome = await make(service, keepingOwner(wanted, spare));
  if (outcome?.result === "made" && spare) await service.delete(spare.namespace);
  if (outcome) return outcome;
  const found = await service.find(namespace);
  if (!found) return { result: "refused", reason: unseen };
  const { isBaseSame, missing, changed, surplus } = differencesOf(wanted, found);
  // A repeated call meets what it made the first time, when that answer was lost.
  if (isBaseSame && [missing, changed, surplus].every(isNone)) return { result: "made" };
  if (options.mode === "skip")
    return { result: "refused", reason: "another one of that name came meanwhile" };
  return loadOver(service, wanted, found, options);
}

/**
 * Loads one namespace, so that the same call again after any break ends the work. Refusals are outcomes; throws what
 * is no judgement of this namespace.
 */
export async function loadNamespace(
  service: MetadefService,
  wanted: NamespaceDefinitions,
  options: HowToLoad,
): Promise<Outcome> {
  try {
    return await load(service, wanted, options);
  } catch (error) {
    const reason = refusalReason(error);
    if (reason === undefined) throw error;
    return { result: "refused", reason };
  }
}
