import type { Caller } from "../../caller.ts";
import type { Clock } from "../../clock.ts";
import { Conflict } from "../../errors.ts";
import { type BoundNamespace, type Contradiction, contradictionsOf } from "../domain/contradictions.ts";
import type { NamespaceStore } from "../ports/namespace-store.ts";
import { boundToImages, IMAGE_RESOURCE_TYPE } from "./bound-namespace.ts";
import { listNamespaces } from "./list-namespaces.ts";

/** Namespaces that one request reads; the files that OpenStack ships have about 20 for images. */
const MOST = 200;
/** Namespaces read at once. */
const AT_ONCE = 8;

/** What an image's properties were compared with, and what came of it. */
export interface Judgement {
  /** The names of the namespaces looked at, the oldest first. */
  readonly namespaces: readonly string[];
  readonly contradictions: readonly Contradiction[];
}

/**
 * Compares properties of an image with the definitions that the caller sees and that are associated with images. Throws
 * what listing namespaces throws, and Conflict where there are more of them than one request reads.
 */
export const showContradictions =
  (ports: { readonly namespaces: Pick<NamespaceStore, "find" | "list" | "read">; readonly clock: Clock }) =>
  async (caller: Caller, properties: Readonly<Record<string, string | null>>): Promise<Judgement> => {
    const { entries, more } = await listNamespaces(ports)(caller, {
      limit: MOST,
      sort_key: "created_at",
      sort_dir: "asc",
      resource_types: [IMAGE_RESOURCE_TYPE],
    });
    if (more)
      throw new Conflict(
        `More than ${MOST} namespaces of metadata definitions are for images: no request reads so many.`,
      );
    const bound: BoundNamespace[] = [];
    for (let first = 0; first < entries.length; first += AT_ONCE) {
      const some = entries.slice(first, first + AT_ONCE);
      const whole = await Promise.all(some.map(({ namespace }) => ports.namespaces.read(namespace)));
      // One that was deleted or renamed meanwhile has nothing to say.
      bound.push(
        ...whole.flatMap((found, at) =>
          found?.namespace.id === some[at]?.id && found ? [boundToImages(found)] : [],
        ),
      );
    }
    return {
      namespaces: bound.map(({ namespace }) => namespace),
      contradictions: contradictionsOf(Object.entries(properties), bound),
    };
  };
