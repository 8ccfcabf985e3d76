import type { CallerName } from "../../rbac/callers.ts";
import { type HeldUpload, holdUpload } from "../held-upload.ts";
import type { Script } from "../script.ts";
import type { AskOptions, Session } from "../session.ts";

/** Visibility of an image, and what its member `member` has made of it; entries outlive a change of visibility. */
const sharings = [
  { visibility: "private" },
  { visibility: "private", member: "accepted" },
  { visibility: "shared" },
  { visibility: "shared", member: "pending" },
  { visibility: "shared", member: "accepted" },
  { visibility: "shared", member: "rejected" },
  { visibility: "community" },
  { visibility: "public" },
] as const;
/** Not among them: `importing`, which only an import makes, and `killed`, which nothing makes in this API. */
const statuses = ["queued", "saving", "uploading", "active", "deactivated", "deleted"] as const;

interface Variant {
  readonly owner: "demo" | "alt";
  readonly sharing: { readonly visibility: string; readonly member?: string };
  readonly status: (typeof statuses)[number] | "pending_delete";
}

/** Whom an image of demo is shared with is a member (alt); whom one of alt is shared with, a member and a reader. */
const variants: readonly Variant[] = [
  ...sharings.flatMap((sharing) => statuses.map((status): Variant => ({ owner: "demo", sharing, status }))),
  ...sharings.map((sharing): Variant => ({ owner: "alt", sharing, status: "active" })),
  ...sharings
    .filter((sharing) => "member" in sharing)
    .flatMap((sharing) =>
      (["queued", "deactivated"] as const).map((status): Variant => ({ owner: "alt", sharing, status })),
    ),
];
const otherOf = { demo: "alt", alt: "demo" } as const;
const everybody: readonly CallerName[] = ["no token", "alt", "demo-reader", "demo", "admin"];

type Act = (session: Session, id: string, variant: Variant) => Promise<unknown>;

interface Operation {
  readonly line: (id: string, member: string) => string;
  readonly options?: AskOptions;
  /** Makes the image what it was before a success; "anew": only another image is. Unsaid: it is as it was. */
  readonly undo?: Act | "anew";
}

const asAdmin =
  (line: (id: string, member: string) => string, json?: unknown): Act =>
  (session, id, { owner }) =>
    session.ask("admin", line(id, session.projects[otherOf[owner]]), json === undefined ? {} : { json });

const invite: Act = async (session, id, variant) => {
  const member = session.projects[otherOf[variant.owner]];
  await session.ask("admin", `POST /v2/images/${id}/members`, { json: { member } });
  await answer(session, id, variant);
};
const answer: Act = async ({ ask, projects }, id, { owner, sharing: { member: status } }) => {
  if (status)
    await ask("admin", `PUT /v2/images/${id}/members/${projects[otherOf[owner]]}`, { json: { status } });
};
const restoreStatus: Act = async ({ ask }, id, { status }) => {
  const action = status === "deactivated" ? "deactivate" : "reactivate";
  await ask("admin", `POST /v2/images/${id}/actions/${action}`);
};

const operations: readonly Operation[] = [
  { line: (id) => `GET /v2/images/${id}` },
  { line: (id) => `GET /v2/images/${id}/file` },
  { line: (id) => `GET /v2/images/${id}/members` },
  { line: (id, member) => `GET /v2/images/${id}/members/${member}` },
  { line: (id) => `PATCH /v2/images/${id}`, options: { json: [] } },
  {
    line: (id) => `PATCH /v2/images/${id}`,
    options: { json: [{ op: "replace", path: "/name", value: "matrix" }] },
  },
  {
    line: (id) => `PATCH /v2/images/${id}`,
    options: { json: [{ op: "replace", path: "/disk_format", value: "raw" }] },
  },
  {
    line: (id) => `PATCH /v2/images/${id}`,
    options: {
      json: [{ op: "add", path: "/locations/-", value: { url: "http://127.0.0.1/x", metadata: {} } }],
    },
  },
  {
    line: (id) => `PATCH /v2/images/${id}`,
    options: { json: [{ op: "remove", path: "/locations/0" }] },
  },
  { line: (id) => `PUT /v2/images/${id}/tags/kept` },
  {
    line: (id) => `DELETE /v2/images/${id}/tags/kept`,
    undo: asAdmin((id) => `PUT /v2/images/${id}/tags/kept`),
  },
  {
    line: (id) => `POST /v2/images/${id}/members`,
    options: { json: { member: "somebody" } },
    undo: asAdmin((id) => `DELETE /v2/images/${id}/members/somebody`),
  },
  {
    line: (id, member) => `PUT /v2/images/${id}/members/${member}`,
    options: { json: { status: "accepted" } },
    undo: answer,
  },
  { line: (id, member) => `DELETE /v2/images/${id}/members/${member}`, undo: invite },
  { line: (id) => `POST /v2/images/${id}/actions/deactivate`, undo: restoreStatus },
  { line: (id) => `POST /v2/images/${id}/actions/reactivate`, undo: restoreStatus },
  { line: (id) => `PUT /v2/images/${id}/file`, options: { body: "other bytes" }, undo: "anew" },
  { line: (id) => `PUT /v2/images/${id}/stage`, options: { body: "other bytes" }, undo: "anew" },
  { line: (id) => `DELETE /v2/images/${id}`, undo: "anew" },
];

interface Made {
  readonly id: string;
  readonly upload?: HeldUpload;
}

async function make(session: Session, variant: Variant): Promise<Made> {
  const { image, ask, patch, projects } = session;
  const { owner, sharing, status } = variant;
  const visibility = sharing.member ? "shared" : sharing.visibility;
  const formats = { disk_format: "raw", container_format: "bare" };
  const id = await image(
    { name: "matrix", owner: projects[owner], visibility, tags: ["kept"], ...formats },
    "admin",
  );
  if (sharing.member) await invite(session, id, variant);
  if (visibility !== sharing.visibility) {
    await patch("admin", id, [{ op: "replace", path: "/visibility", value: sharing.visibility }]);
  }
  if (status === "uploading") await ask("admin", `PUT /v2/images/${id}/stage`, { body: "bytes" });
  if (["active", "deactivated", "pending_delete"].includes(status)) {
    await ask("admin", `PUT /v2/images/${id}/file`, { body: "bytes" });
  }
  if (status === "deactivated") await restoreStatus(session, id, variant);
  if (status === "deleted" || status === "pending_delete") await ask("admin", `DELETE /v2/images/${id}`);
  return status === "saving" ? { id, upload: await holdUpload(session, "admin", id) } : { id };
}

async function fill(session: Session, variant: Variant): Promise<void> {
  const member = session.projects[otherOf[variant.owner]];
  let made = await session.silently(() => make(session, variant));
  const askAll = async ({ line, options, undo }: Operation) => {
    for (const caller of everybody) {
      const { status } = await session.ask(caller, line(made.id, member), options);
      if (status >= 300 || undo === undefined) continue;
      const before = made;
      made = await session.silently(async () => {
        if (undo !== "anew") {
          await undo(session, before.id, variant);
          return before;
        }
        before.upload?.cut();
        return make(session, variant);
      });
    }
  };
  try {
    for (const operation of operations) await askAll(operation);
  } finally {
    made.upload?.cut();
  }
}

const nameOf = ({ owner, sharing: { visibility, member }, status }: Variant): string =>
  [`${owner}'s`, status, visibility, "image", ...(member ? [`with a member that is ${member}`] : [])].join(
    " ",
  );

const scriptOf = (variant: Variant): Script => ({
  name: nameOf(variant),
  run: (session) => fill(session, variant),
});

/** Who may do what: each operation on an image, by everybody, on an image of each kind. */
export const matrix: readonly Script[] = variants.map(scriptOf);

/** The same on what is deleted where `delayed_delete` is on. */
export const pendingDelete: readonly Script[] = sharings.map((sharing) =>
  scriptOf({ owner: "demo", sharing, status: "pending_delete" }),
);
