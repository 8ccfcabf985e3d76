import type { MetadefService } from "../openstack/metadef-service.ts";
import type { NamespaceDefinitions } from "../openstack/namespace-definitions.ts";
import type { Names } from "./differences.ts";
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

  async take(what: string, step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      const reason = refusalReason(error);
      if (reason === undefined) throw error;
      this.refusals.push(`${what}: ${reason}`);
    }
  }

  /** The same for what the service knows only one of: it is there when the name is taken. */
  add(what: string, step: () => Promise<void>): Promise<void> {
    return this.take(what, () =>
      step().catch((error: unknown) => {
        if (!isTaken(error)) throw error;
      }),
    );
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
      await steps.add(`resource type ${type}`, () => service.addAssociation(namespace, association));
  for (const [name, schema] of wanted.properties) {
    const what = `property ${name}`;
    if (added.properties.includes(name))
      await steps.add(what, () => service.addProperty(namespace, name, schema));
    if (updated.properties.includes(name))
      await steps.take(what, () => service.replaceProperty(namespace, name, schema));
  }
  for (const [name, object] of wanted.objects) {
    const what = `object ${name}`;
    if (added.objects.includes(name)) await steps.add(what, () => service.addObject(namespace, object));
    if (updated.objects.includes(name))
      await steps.take(what, () => service.replaceObject(namespace, object));
  }
  for (const tag of added.tags) await steps.add(`tag ${tag}`, () => service.addTag(namespace, tag));
  if (isBaseDue || isOpened)
    await steps.take("the namespace", () => service.update(namespace, keepingOwner(wanted, there)));
  return steps.refusals;
}
