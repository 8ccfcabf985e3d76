import type { Caller } from "../../../caller.ts";
import { isContextAdmin } from "../../../policy/ask.ts";
import type { Image } from "../../domain/image.ts";
import type { Condition } from "../../domain/image-filter.ts";
import { canSee } from "../../policy/image-policy.ts";
import type { ListScope } from "../../ports/image-store.ts";
import type { ImageQuery } from "./image-query.ts";

type Wanted = Pick<ImageQuery, "visibility" | "memberStatus" | "conditions">;

const ownerOf = (conditions: readonly Condition[]): string | undefined =>
  conditions.flatMap((each) =>
    each.kind === "is" && each.attribute === "owner" ? [String(each.value)] : [],
  )[0];

/** The partitions that hold what the caller may be shown: no more of them than the filters leave. */
export function scopesOf(caller: Caller, { visibility, memberStatus, conditions }: Wanted): ListScope[] {
  if (visibility === "public" || visibility === "community") return [{ kind: visibility }];
  const owner = ownerOf(conditions);
  if (isContextAdmin(caller)) return [owner ? { kind: "owner", project: owner } : { kind: "everything" }];
  const own: ListScope = { kind: "owner", project: caller.projectId };
  if (visibility === "private" || owner === caller.projectId) return [own];
  const shared: ListScope = { kind: "member", project: caller.projectId, status: memberStatus };
  if (visibility === "shared") return [own, shared];
  const others: ListScope[] = [{ kind: "public" }, shared];
  return [own, ...others, ...(visibility === "all" ? [{ kind: "community" } as const] : [])];
}

/** Community images of others are listed only to those who ask for them (docs/reference/image-api.md, "Lists"). */
const isAskedFor = (caller: Caller, image: Image, visibility: ImageQuery["visibility"]): boolean =>
  visibility === undefined
    ? image.visibility !== "community" || image.owner === caller.projectId
    : visibility === "all" || image.visibility === visibility;

/** Whether the caller is shown an image of these scopes: a shared one of another owner came as a member's. */
export const isListed = (
  caller: Caller,
  image: Image,
  scopes: readonly ListScope[],
  visibility: ImageQuery["visibility"],
): boolean =>
  image.status !== "killed" &&
  isAskedFor(caller, image, visibility) &&
  canSee(
    caller,
    image,
    scopes.some(({ kind }) => kind === "member"),
  );
