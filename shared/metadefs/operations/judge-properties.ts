import type { Clock } from "../../clock.ts";
import { BadRequest } from "../../errors.ts";
import { ExpiringCache } from "../../expiring-cache.ts";
import { type BoundNamespace, contradictionsOf } from "../domain/contradictions.ts";
import type { NamespaceStore } from "../ports/namespace-store.ts";
import { boundToImages } from "./bound-namespace.ts";

/** How long a function judges by what it has read: an admin's change of a definition counts a minute later. */
const KEPT_MS = 60_000;
/** Namespaces kept: what an admin has chosen, which is few. */
const KEPT = 50;

interface Ports {
  readonly namespaces: Pick<NamespaceStore, "read">;
  readonly clock: Clock;
}

/** Namespaces by whose definitions properties are judged: what contradicts them is told, or refused. */
export interface ChosenNamespaces {
  readonly warn: readonly string[];
  readonly refuse: readonly string[];
}

type Properties = Iterable<readonly [name: string, value: string | null]>;

/** Reads the namespaces of these names; one that does not exist judges nothing. */
function keptNamespaces({ namespaces, clock }: Ports) {
  const kept = new ExpiringCache<BoundNamespace | "none">(KEPT, clock);
  const read = async (name: string): Promise<BoundNamespace | "none"> => {
    const known = kept.get(name);
    if (known) return known;
    const whole = await namespaces.read(name);
    const bound = whole ? boundToImages(whole) : "none";
    kept.set(name, bound, clock().getTime() + KEPT_MS);
    return bound;
  };
  return async (names: readonly string[]): Promise<BoundNamespace[]> =>
    (await Promise.all(names.map(read))).filter((bound) => bound !== "none");
}

/**
 * Judges the properties that requests set on images by the namespaces that an admin has chosen, whoever may see those.
 * Made once for many requests: definitions are kept for a minute. Without chosen namespaces nothing is read.
 */
export function judgeProperties(ports: Ports, { warn, refuse }: ChosenNamespaces) {
  const boundOf = keptNamespaces(ports);

  /** For one request. `judge` throws BadRequest with all reasons; `warnings` are those so far. */
  return () => {
    const warnings: string[] = [];
    const judge = async (properties: Properties): Promise<void> => {
      const given = [...properties];
      if (given.length === 0) return;
      const refusals = contradictionsOf(given, await boundOf(refuse));
      if (refusals.length > 0) throw new BadRequest(refusals.map(({ message }) => message).join(" "));
      for (const { message } of contradictionsOf(given, await boundOf(warn)))
        if (!warnings.includes(message)) warnings.push(message);
    };
    return { judge, warnings };
  };
}
