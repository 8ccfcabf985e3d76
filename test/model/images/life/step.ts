import type { AsyncCommand } from "fast-check";
import { type FaultPoint, faulty } from "../../../fakes/faulty.ts";
import { withHints } from "../../../fakes/with-hints.ts";
import { adopt } from "./adopt.ts";
import { judge } from "./judge.ts";
import { carryOut, type Known, lifeFor, type Move } from "./move.ts";
import type { World } from "./world.ts";

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
    const { told, result } = await carryOut(this.#move, ports, structuredClone(before), world);
    world.noteAges();
    if (told === "nothing") {
      known.life = await adopt(world, [before, ...between, after], this.toString());
    } else {
      if (told !== answer) throw new Error(`${this}: answered ${told}, must be ${answer}`);
      if (told === "ok") this.#move.learn?.(after, result);
      known.life = after;
    }
    await judge(known.life, world, this.toString());
    const { underWay } = known;
    underWay?.answers.push(underWay.move.predict(lifeFor(underWay, known.life), world));
  }

  toString = (): string =>
    this.#cut ? `${this.#move.text} cut ${this.#cut.moment} call ${this.#cut.call}` : this.#move.text;
}
