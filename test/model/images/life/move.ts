import type { AsyncCommand } from "fast-check";
import { GlanceError } from "../../../../shared/errors.ts";
import { type FaultPoint, faulty, InjectedFault } from "../../../fakes/faulty.ts";
import { withHints } from "../../../fakes/with-hints.ts";
import { judge, matches, nameAttempts, seen } from "./judge.ts";
import type { Life } from "./model.ts";
import type { Ports, World } from "./world.ts";

/** "ok", or the status of a refusal. */
export type Answer = "ok" | number;

/** One thing that somebody does, and what must come of it. */
export interface Move {
  readonly text: string;
  /** Whether there is anything to do it with. */
  readonly when?: (life: Life, world: World) => boolean;
  /** Changes the life as it must be afterwards, and says what is answered. `world` tells only what queues hold. */
  readonly predict: (life: Life, world: World) => Answer;
  readonly act: (ports: Ports, life: Life, world: World) => Promise<unknown>;
  /** What may be seen of it if it is cut in between: nothing but these, the life before and the life afterwards. */
  readonly between?: (life: Life, world: World) => readonly Life[];
  /** Takes from an answer what only the answered know. */
  readonly learn?: (life: Life, result: unknown) => void;
}

const answerOf = (error: unknown): number => {
  if (error instanceof GlanceError) return error.status;
  throw error;
};

/** The life as it is known now: a run of commands shares one. */
export interface Known {
  life: Life;
  readonly world: World;
}

/** Carries a move out, whole or up to the fault point, and compares the world with the life. */
export class Step implements AsyncCommand<Known, World> {
  readonly #move: Move;
  readonly #cut: FaultPoint | undefined;

  constructor(move: Move, cut?: FaultPoint) {
    this.#move = move;
    this.#cut = cut;
  }

  check = (known: Readonly<Known>): boolean => this.#move.when?.(known.life, known.world) ?? true;

  async run(known: Known, world: World): Promise<void> {
    const before = known.life;
    const after = structuredClone(before);
    const answer = this.#move.predict(after, world);
    const between = this.#cut ? (this.#move.between?.(structuredClone(before), world) ?? []) : [];
    const ports = this.#cut ? withHints(faulty(world.unhinted, this.#cut).ports) : world.ports;
    let told: Answer | "nothing";
    try {
      const result = await this.#move.act(ports, structuredClone(before), world);
      this.#move.learn?.(after, result);
      told = "ok";
    } catch (error) {
      told = error instanceof InjectedFault ? "nothing" : answerOf(error);
    }
    world.noteAges();
    if (told === "nothing") {
      known.life = await this.#adopt(world, [before, ...between, after]);
      known.life.wasCut = true;
    } else {
      if (told !== answer) throw new Error(`${this}: answered ${told}, must be ${answer}`);
      known.life = after;
    }
    await judge(known.life, world, this.toString());
  }

  /** Nobody was told: each image must be as it would be before, afterwards, or at a point in between. */
  async #adopt(world: World, lives: readonly Life[]): Promise<Life> {
    const last = lives.at(-1);
    if (!last) throw new Error("no life");
    const adopted: Life = { ...structuredClone(last), images: new Map() };
    for (const id of new Set(lives.flatMap(({ images }) => [...images.keys()]))) {
      let life: Life | undefined;
      for (const each of lives) if (!life && (await matches(each.images.get(id), world, id))) life = each;
      if (!life)
        throw new Error(`${this}: image ${id} is half changed: ${JSON.stringify(await seen(world, id))}`);
      const image = structuredClone(life.images.get(id));
      if (!image) continue;
      adopted.images.set(id, image);
      nameAttempts(image, world);
      for (const attempt of image.attempts) {
        const key = `${id}/${attempt.id}`;
        attempt.object = world.bytes.objects.has(key);
        const upload = [...world.bytes.uploads.values()].find((each) => each.key === key);
        attempt.forgotten = !world.metadata.transfers.has(attempt.id ?? "");
        attempt.upload = upload !== undefined;
        attempt.parts = upload?.parts.size ?? attempt.parts;
        attempt.kept = world.bytes.kept.has(key);
        attempt.loose = [...world.metadata.deletions.values()].some((deletion) => deletion.key === key);
      }
    }
    return adopted;
  }

  toString = (): string =>
    this.#cut ? `${this.#move.text} cut ${this.#cut.moment} call ${this.#cut.call}` : this.#move.text;
}
