import type { Clock } from "../../../clock.ts";
import { BlobStoreFailed } from "../../ports/blob-store.ts";
import type { SwiftClient } from "./swift-client.ts";

/** Which service has made a container: nothing else of what lies in an account is ever taken for rubbish. */
export const MADE_BY = "x-container-meta-made-by";

export interface ContainerOptions {
  readonly container: string;
  /** The name of this service: what it makes has this mark. */
  readonly madeBy: string;
  /** Origins whose pages may use signed URLs. What was there before, its operator says. */
  readonly allowedOrigins: readonly string[];
  /** Whether it makes the container where there is none (Glance's swift_store_create_container_on_put). */
  readonly create: boolean;
  readonly clock: Clock;
}

/** What every container has that this service makes. Uploaders compare each part's ETag with what they sent. */
export const madeHeaders = ({
  madeBy,
  allowedOrigins,
}: Pick<ContainerOptions, "madeBy" | "allowedOrigins">): Readonly<Record<string, string>> => ({
  [MADE_BY]: encodeURIComponent(madeBy),
  ...(allowedOrigins.length > 0 && {
    "X-Container-Meta-Access-Control-Allow-Origin": allowedOrigins.join(" "),
    "X-Container-Meta-Access-Control-Expose-Headers": "etag",
  }),
});

export interface ImageContainer {
  /** Before something new comes: makes the container, where it may. Throws BlobStoreFailed without one. */
  ready(): Promise<void>;
  /** Throws BlobStoreFailed when it is not there: then nothing is known of its objects. */
  require(): Promise<void>;
}

/** Seen lately is seen: who deletes a container under images in use has lost them anyway. */
const REMEMBERED_MS = 300_000;

/** The container of a store's objects. */
export function imageContainer(client: SwiftClient, options: ContainerOptions): ImageContainer {
  const { container, create, clock } = options;
  let seenUntil = 0;
  const isThere = async (): Promise<boolean> => {
    const what = "look at the container";
    const { status } = await client({ what, method: "HEAD", path: [container], answers: [404] });
    return status !== 404;
  };
  const require = async () => {
    if (await isThere()) return;
    throw new BlobStoreFailed(
      `The container ${container} of the image store is not there: an operator has to create it, or to set create_container_on_put.`,
    );
  };
  return {
    require,
    ready: async () => {
      if (clock().getTime() < seenUntil) return;
      if (!create) await require();
      else if (!(await isThere()))
        await client({
          ...{ what: "make the container", method: "PUT", path: [container] },
          headers: madeHeaders(options),
        });
      seenUntil = clock().getTime() + REMEMBERED_MS;
    },
  };
}
