import type { Image } from "../../../shared/images/domain/image.ts";
import type { World } from "./world.ts";

/** What somebody was told, and what must be so from then on. */
interface Fact {
  readonly text: string;
  readonly holds: () => boolean;
}

interface Asked {
  /** When its answer came; requests without one may be carried out at any time. */
  answered?: number;
}

/** Requests by which an image goes, or comes back. */
export type Turn = "goes" | "comes back";

/**
 * Acknowledged writes. What was told of an image holds until somebody asks for its deletion, what was told of a deletion
 * until somebody asks for the image back: of requests at the same time either may have been the last.
 */
export class Facts {
  readonly #facts: Fact[] = [];
  readonly #asked = new Map<string, Asked[]>();
  readonly #world: World;
  #moment = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** Notes such a request; call what is returned when it is answered. */
  asks(imageId: string, turn: Turn): () => void {
    const asked: Asked = {};
    const key = `${turn} ${imageId}`;
    this.#asked.set(key, [...(this.#asked.get(key) ?? []), asked]);
    return () => {
      asked.answered = ++this.#moment;
    };
  }

  /** This moment, in the order of requests and answers. */
  now(): number {
    return ++this.#moment;
  }

  /** This holds of an image that is there, as long as nobody asks for its deletion. `since`: when it was asked for. */
  ofImage(imageId: string, since: number, text: string, holds: (image: Image) => boolean): void {
    const born = this.#image(imageId)?.created_at;
    this.#add("goes", imageId, since, text, () => {
      const image = this.#image(imageId);
      return image !== undefined && image.created_at === born && holds(image);
    });
  }

  /** From now on this holds as long as there is a record of the image, deleted or not. */
  ofRecord(imageId: string, text: string, holds: (image: Image) => boolean): void {
    const born = this.#image(imageId)?.created_at;
    this.#facts.push({
      text: `${imageId}: ${text}`,
      holds: () => {
        const image = this.#image(imageId);
        return image === undefined || image.created_at !== born || holds(image);
      },
    });
  }

  /** The image is gone, as long as nobody asks for it back. */
  ofDeletion(imageId: string, since: number): void {
    const born = this.#image(imageId)?.created_at;
    this.#add("comes back", imageId, since, "was deleted", () => {
      const image = this.#image(imageId);
      const isGone = !image || image.status === "deleted" || image.status === "pending_delete";
      return isGone || image.created_at !== born;
    });
  }

  /** The first thing that somebody was told and that is not so. */
  broken(): string | undefined {
    return this.#facts.find(({ holds }) => !holds())?.text;
  }

  #image(imageId: string): Image | undefined {
    return this.#world.metadata.images.get(imageId);
  }

  #add(until: Turn, imageId: string, since: number, text: string, holds: () => boolean): void {
    const isOver = () =>
      (this.#asked.get(`${until} ${imageId}`) ?? []).some(
        ({ answered }) => answered === undefined || answered > since,
      );
    this.#facts.push({ text: `${imageId}: ${text}`, holds: () => isOver() || holds() });
  }
}
