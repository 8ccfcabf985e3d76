import type { Effect } from "./beliefs.ts";

/** What the oracle knows of an image: what its owner may see of it. */
export interface ImageState {
  readonly life: "absent" | "live" | "deleted";
  /** Name, visibility, protected, a tag, a property: as texts. */
  readonly meta: Readonly<Record<string, string>>;
  readonly members: Readonly<Record<string, string>>;
  /** Which bytes it has, by the key of its content. */
  readonly content: string | null;
  /** It may lack hashes: its data is at another host, and is read later, or never if it was deleted before. */
  readonly isUnread?: true;
  readonly isDeactivated: boolean;
}

export const absent: ImageState = {
  life: "absent",
  meta: {},
  members: {},
  content: null,
  isDeactivated: false,
};

const whileLive =
  (change: (state: ImageState) => ImageState | undefined) =>
  (state: ImageState): readonly ImageState[] => {
    const after = state.life === "live" ? change(state) : undefined;
    return after ? [after] : [];
  };

export const created = (meta: Readonly<Record<string, string>>): Effect<ImageState> => ({
  what: "create",
  apply: (state) => (state.life === "absent" ? [{ ...absent, life: "live", meta }] : []),
});

export const patched = (changes: Readonly<Record<string, string>>): Effect<ImageState> => ({
  what: `patch ${JSON.stringify(changes)}`,
  apply: whileLive((state) => ({ ...state, meta: { ...state.meta, ...changes } })),
});

export const given = (content: string): Effect<ImageState> => ({
  what: `data ${content}`,
  apply: whileLive((state) => (state.content === null ? { ...state, content } : undefined)),
});

export const removed: Effect<ImageState> = {
  what: "delete",
  apply: whileLive((state) => (state.meta.protected === "true" ? undefined : { ...state, life: "deleted" })),
};

/** The same for data that stays at another host. */
export const registered = (content: string): Effect<ImageState> => ({
  what: `location ${content}`,
  apply: whileLive((state) => (state.content === null ? { ...state, content, isUnread: true } : undefined)),
});

/** Brought back by an admin, as a deactivated image or not: both are right. */
export const broughtBack: Effect<ImageState> = {
  what: "bring back",
  apply: (state) => {
    if (state.life !== "deleted" || state.content === null) return [];
    const back: ImageState = { ...state, life: "live" };
    return state.isDeactivated ? [back, { ...back, isDeactivated: false }] : [back];
  },
};

export const deactivated = (isDeactivated: boolean): Effect<ImageState> => ({
  what: isDeactivated ? "deactivate" : "reactivate",
  apply: whileLive((state) => (state.content === null ? undefined : { ...state, isDeactivated })),
});

/** A member has this status; undefined: it is none. */
export const memberIs = (project: string, status: string | undefined): Effect<ImageState> => ({
  what: `member ${status ?? "removed"}`,
  apply: whileLive((state) => {
    const { [project]: before, ...others } = state.members;
    if (status === undefined) return before === undefined ? undefined : { ...state, members: others };
    if ((status === "pending") !== (before === undefined)) return undefined;
    return { ...state, members: { ...others, [project]: status } };
  }),
});
