import type { Clock } from "../../clock.ts";
import type { Settings } from "../../settings.ts";
import type { NamespaceStore } from "../ports/namespace-store.ts";

/** What the routes of the metadata definitions need of the world. */
export interface MetadefApiWiring {
  readonly namespaces: NamespaceStore;
  readonly clock: Clock;
  readonly settings: Settings;
}
