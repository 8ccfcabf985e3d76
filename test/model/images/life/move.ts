import { GlanceError } from "../../../../shared/errors.ts";
import { InjectedFault } from "../../../fakes/faulty.ts";
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
  /** Where several writes make it: what comes of the rest when the first ones are done. */
  readonly rest?: (life: Life) => Answer;
  /** Takes from an answer what only the answered know. */
  readonly learn?: (life: Life, result: unknown) => void;
}

/** The life as it is known now: a run of commands shares one. */
export interface Known {
  life: Life;
  readonly world: World;
  /** A move that stands still in the middle, while others are made. */
  underWay?: UnderWay;
}

export interface UnderWay {
  readonly move: Move;
  /** The life by which whoever makes the move has chosen what to do it with. */
  readonly chosen: Life;
  /** What it would have been answered at each moment since it began. */
  readonly answers: Answer[];
  readonly outcome: Promise<Outcome>;
  readonly resume: () => void;
}

/** This life, for a move whose maker has chosen by an earlier one. */
export const lifeFor = ({ chosen }: UnderWay, life: Life): Life => ({ ...structuredClone(life), chosen });

/** "nothing": the move was cut, and nobody was answered. */
export interface Outcome {
  readonly told: Answer | "nothing";
  readonly result?: unknown;
}

/** Makes a move. Throws what is no refusal. */
export async function carryOut(move: Move, ports: Ports, life: Life, world: World): Promise<Outcome> {
  try {
    return { told: "ok", result: await move.act(ports, life, world) };
  } catch (error) {
    if (error instanceof InjectedFault) return { told: "nothing" };
    if (error instanceof GlanceError) return { told: error.status };
    throw error;
  }
}
