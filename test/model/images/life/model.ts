import type { MemberStatus } from "../../../../shared/images/domain/member.ts";
import type { ImageStatus } from "../../../../shared/images/domain/status.ts";
import type { Visibility } from "../../../../shared/images/domain/visibility.ts";

/** What callers are projects of. */
export type Who = "demo" | "alt" | "admin";
export const everyone: readonly Who[] = ["demo", "alt", "admin"];
export const projectOf = (who: Who): string => `${who}-project`;

/** Most bytes of a project's images. */
export const QUOTA = 20;

/** One upload: what its bytes are, and what became of it. */
export interface Attempt {
  /** Unknown as long as nobody was told. */
  id?: string;
  token?: string;
  /** Announced bytes. */
  readonly size: number | null;
  readonly bytes: Uint8Array;
  readonly stage: boolean;
  readonly inParts: boolean;
  state: "open" | "completing" | "complete" | "aborted";
  expired: boolean;
  /** How many parts are stored, from the first on. */
  parts: number;
  /** What the uploader said that the bytes are. */
  stated?: "right" | "wrong";
  failure?: number;
  verified: boolean;
  /** Purged: nobody can ask for it any more. */
  forgotten: boolean;
  /** What lies in the store. */
  upload: boolean;
  object: boolean;
  /** The store still keeps its deleted bytes. */
  kept: boolean;
  /** A deletion of them waits. */
  loose: boolean;
}

export interface Picture {
  readonly id: string;
  readonly owner: string;
  name: string;
  visibility: Visibility;
  protected: boolean;
  os_hidden: boolean;
  tags: string[];
  properties: Record<string, string>;
  members: Record<string, MemberStatus>;
  status: ImageStatus;
  attempts: Attempt[];
  /** Places in `attempts`. */
  running?: number;
  data?: number;
  staged?: number;
  mismatch: boolean;
  quarantined: boolean;
  /** An upload that broke off a moment ago: the bytes that the whole had. */
  broken?: { readonly size: number | null };
  was: "active" | "deactivated" | null;
  isPurged: boolean;
  /** Seconds, by the jumps of the clock. */
  deletedAt: number;
  changedAt: number;
}

/** Everything that ever happened, as those who were told of it know it. Plain data, so that it can be copied. */
export interface Life {
  now: number;
  readonly images: Map<string, Picture>;
  readonly delayedDelete: boolean;
  /** A call was cut: multipart uploads may lie about that nobody knows of. */
  wasCut: boolean;
  /** The earlier life by which somebody has chosen what to change in this one. */
  readonly chosen?: Life;
}

export const newLife = (delayedDelete: boolean): Life => ({
  now: 0,
  images: new Map(),
  delayedDelete,
  wasCut: false,
});

export const isGone = ({ status }: Picture): boolean => status === "deleted" || status === "pending_delete";
export const mayChange = (who: Who, { owner }: Picture): boolean =>
  who === "admin" || owner === projectOf(who);

export const canSee = (who: Who, image: Picture): boolean =>
  !isGone(image) &&
  (mayChange(who, image) ||
    image.visibility === "public" ||
    image.visibility === "community" ||
    (image.visibility === "shared" && image.members[projectOf(who)] !== undefined));

/** Community images of others, and shared ones that were not accepted, are only found by who looks for them. */
export const isListed = (who: Who, image: Picture): boolean =>
  canSee(who, image) &&
  (image.owner === projectOf(who) ||
    (image.visibility !== "community" &&
      (who === "admin" || image.visibility !== "shared" || image.members[projectOf(who)] === "accepted")));

const bytesAt = (image: Picture, at: number | undefined): number =>
  at === undefined ? 0 : (image.attempts[at]?.bytes.length ?? 0);

/** Glance's four figures. */
export function usageOf({ images }: Life, project: string) {
  const own = [...images.values()].filter((image) => image.owner === project && !isGone(image));
  const sum = (figure: (image: Picture) => number) => own.reduce((total, image) => total + figure(image), 0);
  return {
    image_count_total: own.length,
    image_count_uploading: sum(({ status }) => Number(status === "saving" || status === "uploading")),
    image_size_total: sum((image) => bytesAt(image, image.data)),
    image_stage_total: sum((image) => bytesAt(image, image.staged)),
  };
}

export const hasRoom = (life: Life, { owner }: Picture, bytes: number): boolean =>
  usageOf(life, owner).image_size_total + bytes <= QUOTA;

export const attemptAt = (image: Picture, at: number | undefined): Attempt | undefined =>
  at === undefined ? undefined : image.attempts[at];

/** Its bytes belong to nobody from now on. */
export function cutLoose(attempt: Attempt | undefined): void {
  if (attempt) attempt.loose = true;
}

/** Ends the upload under way without data: the image waits for another one. */
export function release(image: Picture, attempt: Attempt, broken: boolean, failure?: number): void {
  attempt.state = "aborted";
  if (failure !== undefined) attempt.failure = failure;
  cutLoose(attempt);
  if (attempt.size !== 0) {
    const announced = broken ? attempt.size : null;
    const known = image.broken?.size ?? null;
    image.broken = {
      size: known === null || announced === null ? (known ?? announced) : Math.max(known, announced),
    };
  }
  image.status = "queued";
  delete image.running;
}

/** Where the bytes of an upload that ends well go to. */
export function settle(image: Picture, at: number): void {
  const attempt = attemptAt(image, at);
  if (!attempt) return;
  attempt.state = "complete";
  attempt.object = true;
  attempt.upload = false;
  if (attempt.stage) image.staged = at;
  else {
    image.data = at;
    image.status = "active";
  }
  delete image.running;
  delete image.broken;
}

/** What is deleted: bytes in use, and those of an upload under way. */
export function remove(life: Life, image: Picture): void {
  const waits =
    life.delayedDelete &&
    image.data !== undefined &&
    (image.status === "active" || image.status === "deactivated");
  const running = attemptAt(image, image.running);
  if (running) {
    running.state = "aborted";
    cutLoose(running);
  }
  delete image.running;
  image.was = image.status === "deactivated" ? "deactivated" : "active";
  image.status = waits ? "pending_delete" : "deleted";
  image.deletedAt = life.now;
  image.changedAt = life.now;
  if (waits) return;
  cutLoose(attemptAt(image, image.data));
  cutLoose(attemptAt(image, image.staged));
}

/** What comes of a deletion that is carried out. */
export function forgetBytes(attempt: Attempt): void {
  if (attempt.object) attempt.kept = true;
  attempt.object = false;
  attempt.upload = false;
  attempt.loose = false;
}

/** Whether a deletion of these bytes may be carried out. */
export const isInUse = (image: Picture, attempt: Attempt): boolean =>
  image.status !== "deleted" &&
  (attemptAt(image, image.data) === attempt || attemptAt(image, image.staged) === attempt);
