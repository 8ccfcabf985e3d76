import { createHash } from "node:crypto";
import type { MetadefService } from "../openstack/metadef-service.ts";
import type { NamespaceDefinitions } from "../openstack/namespace-definitions.ts";
import { keepingOwner } from "./keeping-owner.ts";
import { refusalReason } from "./refusal-reason.ts";

const DIGEST_CHARACTERS = 32;

/** The name under which a namespace waits that is about to take the place of the one of this name. */
export const spareName = (namespace: string): string =>
  `imagectl-load-${createHash("sha256").update(namespace).digest("hex").slice(0, DIGEST_CHARACTERS)}`;

/** Gives the free name to the new namespace that waits under the other one. */
async function takeName(service: MetadefService, spare: string, next: NamespaceDefinitions): Promise<void> {
  try {
    await service.update(spare, next);
  } catch (error) {
    if (refusalReason(error) === undefined) throw error;
    // Who may make and delete namespaces need not be allowed to rename one.
    await service.create(next);
    await service.delete(spare);
  }
}

/**
 * Replaces a namespace with all that it contains, the protected one too. The new one is first made under another name,
 * for nobody else to see: what the service refuses costs the old one nothing, and a break at any moment leaves one of
 * both whole. Between the last two steps the name is free: after a break there the next load makes the namespace.
 */
export async function replaceNamespace(
  service: MetadefService,
  wanted: NamespaceDefinitions,
  there: NamespaceDefinitions,
): Promise<void> {
  const { namespace } = wanted;
  const next = keepingOwner(wanted, there);
  const spare = spareName(namespace);
  // One of a run that was killed may hold something else.
  await service.delete(spare);
  try {
    await service.create({ ...next, namespace: spare, visibility: "private", protected: false });
    if (there.protected) await service.update(namespace, { ...there, protected: false });
    await service.delete(namespace);
  } catch (error) {
    if (refusalReason(error) !== undefined) {
      await service.delete(spare);
      if (there.protected) await service.update(namespace, there);
    }
    throw error;
  }
  await takeName(service, spare, next);
}
