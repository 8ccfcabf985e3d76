/** What is asked about. Each belongs to the project demo, but for `nobody's`; those that are shared have alt as a member. */
export const fixtures = {
  private: { visibility: "private", status: "queued" },
  shared: { visibility: "shared", status: "queued" },
  public: { visibility: "public", status: "queued" },
  "nobody's": { visibility: "public", status: "queued" },
  "active shared": { visibility: "shared", status: "active" },
  "active public": { visibility: "public", status: "active" },
  "deactivated public": { visibility: "public", status: "deactivated" },
} as const;
export type FixtureName = keyof typeof fixtures;

const queued = ["shared", "public", "nobody's"] as const;
const members = ["shared", "public"] as const;

/** What is asked of which images. */
const aboutImages = {
  show: ["private", ...queued],
  "change nothing": ["private", "shared", "public"],
  "change the name": ["private", ...queued],
  "change to community": ["shared", "nobody's"],
  "change to public": ["shared", "nobody's"],
  "change what is not there": ["shared", "public"],
  "add a tag": queued,
  "remove a tag": queued,
  "remove an absent tag": ["shared", "public"],
  upload: [...queued, "active public"],
  stage: [...queued, "active public"],
  download: ["private", "shared", "active shared", "active public", "deactivated public"],
  deactivate: ["public", "active public", "deactivated public"],
  reactivate: ["public", "active public", "deactivated public"],
  delete: ["private", ...queued, "active public"],
  "list members": members,
  "add a member": members,
  "show a member": members,
  "show an absent member": members,
  "accept as a member": members,
  "remove a member": members,
} as const satisfies Readonly<Record<string, readonly FixtureName[]>>;

/** What is asked of the service. */
const aboutNone = [
  "list",
  "list all",
  "create",
  "create public",
  "create community",
  "create for demo",
  "create for alt",
] as const;

export type ImageQuestion = keyof typeof aboutImages;
export type Question = ImageQuestion | (typeof aboutNone)[number];
export const callers = ["admin", "demo", "demo-reader", "alt"] as const;
/** Their tokens are for no project: no rule lets them pass, so nothing changes for them under any policy. */
export const scopedElsewhere = ["system admin", "system reader", "domain admin"] as const;
export type Caller = (typeof callers)[number] | (typeof scopedElsewhere)[number];

export interface Cell {
  readonly caller: Caller;
  readonly question: Question;
  readonly fixture: FixtureName | undefined;
}

export const titleOf = ({ caller, question, fixture }: Cell): string =>
  [caller, question, ...(fixture ? [fixture] : [])].join(", ");

const isElsewhere = (caller: Caller): boolean => scopedElsewhere.some((one) => one === caller);

export const cells: readonly Cell[] = [...callers, ...scopedElsewhere].flatMap((caller) => [
  ...aboutNone.map((question): Cell => ({ caller, question, fixture: undefined })),
  ...(Object.keys(aboutImages) as ImageQuestion[]).flatMap((question) =>
    aboutImages[question].map((fixture): Cell => ({ caller, question, fixture })),
  ),
]);

/** After these an image is another one; all others leave it as far as any cell can tell. */
const changing: ReadonlySet<Question> = new Set([
  "change to community",
  "change to public",
  "upload",
  "stage",
  "deactivate",
  "reactivate",
  "delete",
  "add a member",
  "accept as a member",
  "remove a member",
]);
export const needsItsOwn = ({ caller, question, fixture }: Cell): boolean =>
  fixture !== undefined && changing.has(question) && !isElsewhere(caller);

/** Under the defaults everything is asked; elsewhere what the policy touches, by those whom rules can let pass. */
export const isAskedUnder =
  ({ rules, touches }: { readonly rules: object; readonly touches?: readonly Question[] }) =>
  ({ caller, question }: Cell): boolean =>
    Object.keys(rules).length === 0 || (!isElsewhere(caller) && (touches?.includes(question) ?? true));
