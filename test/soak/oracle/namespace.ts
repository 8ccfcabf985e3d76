import type { Effect } from "./beliefs.ts";
import { Subject } from "./subject.ts";

export interface NamespaceState {
  readonly description: string | null;
  /** Its tags, in one text; a change replaces all of them at once. */
  readonly tags: string;
}

/** A namespace of metadata definitions. */
export class Namespace extends Subject<NamespaceState> {
  readonly name: string;

  constructor(name: string, record: (line: string) => string) {
    super(`namespace ${name}`, { description: null, tags: "" }, record);
    this.name = name;
  }
}

const whenThere = (
  what: string,
  change: (state: NamespaceState) => NamespaceState,
): Effect<NamespaceState> => ({
  what,
  apply: (state) => (state.description === null ? [] : [change(state)]),
});

export const namespaceMade = (description: string): Effect<NamespaceState> => ({
  what: `make ${description}`,
  apply: (state) => (state.description === null ? [{ description, tags: "" }] : []),
});
export const namespaceDescribed = (description: string): Effect<NamespaceState> =>
  whenThere(`describe ${description}`, (state) => ({ ...state, description }));
export const namespaceTagged = (tags: string): Effect<NamespaceState> =>
  whenThere(`tags ${tags}`, (state) => ({ ...state, tags }));
export const namespaceRemoved: Effect<NamespaceState> = whenThere("delete", () => ({
  description: null,
  tags: "",
}));
