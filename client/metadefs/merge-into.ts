import type { MetadefService } from "../openstack/metadef-service.ts";
import type { NamespaceDefinitions } from "../openstack/namespace-definitions.ts";
import { type Collection, differencesOf, type Names } from "./differences.ts";
import { keepingOwner } from "./keeping-owner.ts";
import { isTaken, refusalReason } from "./refusal-reason.ts";

export interface Due {
  readonly added: Names;
  readonly updated: Names;
  /** The namespace itself becomes as wanted. */
  readonly isBaseDue: boolean;
}

/** Runs the steps that the service may refuse one by one, and keeps why. */
class Steps {
  readonly refusals: string[] = [];
  /** What could not be added because it is there already, or because others change the namespace just now. */
  readonly conflicts: { readonly kind: Collection; readonly name: string; readonly refusal: string }[] = [];

  async take(what: string, step: () => Promise<void>): Promise<void> {
    const refusal = await refusalOf(what, step);
    if (refusal !== undefined) this.refusals.push(refusal);
  }

  async add(kind: Collection, name: string, step: () => Promise<void>): Promise<void> {
    let isConflict = false;
    const refusal = await refusalOf(`${nouns[kind]} ${name}`, () =>
      step().catch((error: unknown) => {
        isConflict = isTaken(error);
        throw error;
      }),
    );
    if (refusal === undefined) return;
    if (isConflict) this.conflicts.push({ kind, name, refusal });
    else this.refusals.push(refusal);
  }
}

const nouns: Readonly<Record<Collection, string>> = {
  resource_type_associations: "resource type",
  properties: "property",
  objects: "object",
  tags: "tag",
};

/** Why the service refused the step; undefined when it did not. */
async function refusalOf(what: string, step: () => Promise<void>): Promise<string | undefined> {
  try {
    await step();
    return undefined;
  } catch (error) {
    const reason = refusalReason(error);
    if (reason === undefined) throw error;
    return `${what}: ${reason}`;
  }
}

/** There is no change of an association: the old one goes, and comes back where the new one is refused. */
async function reassociate(
  service: MetadefService,
  wanted: NamespaceDefinitions,
  there: NamespaceDefinitions,
  type: string,
): Promise<void> {
  const { namespace } = wanted;
  const [next, before] = [wanted, there].map((each) => each.resource_type_associations.get(type));
  if (!next || !before) return;
  await service.removeAssociation(namespace, type);
  try {
    await service.addAssociation(namespace, next);
  } catch (error) {
    if (refusalReason(error) !== undefined) await service.addAssociation(namespace, before);
    throw error;
  }
}

/**
 * Adds and changes what is due in a namespace that is there, step by step; the other steps go on where one is refused.
 * Resolves to the refusals. The same again after a break does what is still due.
 */
export async function mergeInto(
  service: MetadefService,
  wanted: NamespaceDefinitions,
  there: NamespaceDefinitions,
  { added, updated, isBaseDue }: Due,
): Promise<readonly string[]> {
  const { namespace } = wanted;
  const steps = new Steps();
  // Nothing can be taken away from a protected one.
  const isOpened = there.protected && updated.resource_type_associations.length > 0;
  if (isOpened)
    await steps.take("protected", () => service.update(namespace, { ...there, protected: false }));
  for (const type of updated.resource_type_associations)
    await steps.take(`resource type ${type}`, () => reassociate(service, wanted, there, type));
  for (const [type, association] of wanted.resource_type_associations)
    if (added.resource_type_associations.includes(type))
      await steps.add("resource_type_associations", type, () =>
        service.addAssociation(namespace, association),
      );
  for (const [name, schema] of wanted.properties) {
    if (added.properties.includes(name))
      await steps.add("properties", name, () => service.addProperty(namespace, name, schema));
    if (updated.properties.includes(name))
      await steps.take(`property ${name}`, () => service.replaceProperty(namespace, name, schema));
  }
  for (const [name, object] of wanted.objects) {
    if (added.objects.includes(name))
      await steps.add("objects", name, () => service.addObject(namespace, object));
    if (updated.objects.includes(name))
      await steps.take(`object ${name}`, () => service.replaceObject(namespace, object));
  }
  for (const tag of added.tags) await steps.add("tags", tag, () => service.addTag(namespace, tag));
  if (isBaseDue || isOpened)
    await steps.take("the namespace", () => service.update(namespace, keepingOwner(wanted, there)));
  const now = steps.conflicts.length > 0 ? await service.find(namespace) : undefined;
  const missing = now && differencesOf(wanted, now).missing;
  const lost = steps.conflicts.filter(({ kind, name }) => !missing || missing[kind].includes(name));
  return [...steps.refusals, ...lost.map(({ refusal }) => refusal)];
}
