import type { Content } from "../clients/content.ts";
import { absent, type ImageState } from "./image-state.ts";
import { Subject } from "./subject.ts";

/** A transfer that its client has left open. */
export interface LeftTransfer {
  readonly id: string;
  readonly token: string;
  readonly content: Content;
}

/** A place for one image after the other; steps name the place, so that they mean the same when others are left out. */
export class Slot extends Subject<ImageState> {
  id = "";
  left: LeftTransfer | undefined;
  /** All that may have been staged for its import. */
  readonly staged: Content[] = [];

  readonly n: number;
  readonly owner: "demo" | "alt";

  constructor(n: number, owner: "demo" | "alt", record: (line: string) => string) {
    super(`image ${n}`, absent, record);
    this.n = n;
    this.owner = owner;
  }
}
