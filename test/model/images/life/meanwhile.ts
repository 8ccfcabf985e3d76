import type { AsyncCommand } from "fast-check";
import { type FaultPoint, faulty } from "../../../fakes/faulty.ts";
import { pausing } from "../../../fakes/pausing.ts";
import { withHints } from "../../../fakes/with-hints.ts";
import { adopt } from "./adopt.ts";
import { judge } from "./judge.ts";
import { carryOut, type Known, lifeFor, type Move, type Outcome, type UnderWay } from "./move.ts";
import { Step } from "./step.ts";
import type { World } from "./world.ts";

/** Begins a move, which stands still after one of its calls: what follows is done in the middle of it. */
export class Begin implements AsyncCommand<Known, World> {
  readonly #move: Move;
  readonly #call: number;
  readonly #cut: FaultPoint | undefined;

  constructor(move: Move, call: number, cut?: FaultPoint) {
    this.#move = move;
    this.#call = call;
    this.#cut = cut;
  }

  check = (known: Readonly<Known>): boolean =>
    known.underWay === undefined && new Step(this.#move).check(known);

  async run(known: Known, world: World): Promise<void> {
    const move = this.#move;
    const before = known.life;
    const after = structuredClone(before);
    const answer = move.predict(after, world);
    const between = move.between?.(structuredClone(before), world) ?? [];
    const { ports, paused, resume } = pausing(faulty(world.unhinted, this.#cut).ports, this.#call);
    const chosen = structuredClone(before);
    const outcome = carryOut(move, withHints(ports), chosen, world);
    const ended = await Promise.race([outcome, paused]);
    const underWay = { move, chosen, answers: [answer], outcome, resume };
    if (ended) return end(known, underWay, `${this}, to its end`);
    world.noteAges();
    known.life = await adopt(world, [before, ...between, after], this.toString());
    known.underWay = underWay;
    await judge(known.life, world, this.toString());
  }

  toString = (): string => `${new Step(this.#move, this.#cut)}, standing after call ${this.#call}`;
}

/** Ends the move under way: it must come out as if it had been made whole at one moment since it began. */
async function end(known: Known, underWay: UnderWay, where: string): Promise<void> {
  const { move, outcome, resume } = underWay;
  const { life: now, world } = known;
  const [after, rest] = [lifeFor(underWay, now), lifeFor(underWay, now)];
  const answers = [...underWay.answers, move.predict(after, world), move.rest?.(rest)];
  const between = move.between?.(lifeFor(underWay, now), world) ?? [];
  resume();
  const { told }: Outcome = await outcome;
  world.noteAges();
  if (told !== "nothing" && !answers.includes(told))
    throw new Error(`${where}: answered ${told}, must be one of ${answers.join()}`);
  const lives = told === "ok" ? [after, rest, now, ...between] : [now, ...between, rest, after];
  const { chosen, ...life } = await adopt(world, lives, where);
  known.life = life;
  await judge(life, world, where);
}

export class End implements AsyncCommand<Known, World> {
  check = ({ underWay }: Readonly<Known>): boolean => underWay !== undefined;

  async run(known: Known): Promise<void> {
    const { underWay } = known;
    if (!underWay) return;
    delete known.underWay;
    await end(known, underWay, this.toString());
  }

  toString = (): string => "what is under way ends";
}
