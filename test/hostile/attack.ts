import type { Random } from "../model/images/catalogue/random.ts";
import type { Outcome, WireAnswer } from "./wire.ts";
import type { Attacker, World } from "./world.ts";

/** The ways into the service: the streaming front, the bare API gateway, and S3 behind presigned URLs. */
export type Door = "ingress" | "gateway" | "s3";

export interface Attack {
  /** For whoever reads of a fault. */
  readonly what: string;
  readonly door: Door;
  /** Where it goes, when the door alone does not say it: S3's address is known from a presigned URL only. */
  readonly base?: string;
  readonly method: string;
  readonly pieces: readonly Uint8Array[];
  readonly halfClose?: boolean;
  /** The bytes are no whole request, or no HTTP at all: the server may end the connection without an answer. */
  readonly mayBeCut?: boolean;
  /** Every answer must be one of these kinds. By default anything but a failure of the service. */
  readonly allowed?: (answer: WireAnswer) => boolean;
  /** How many answers there may be at the most; by default one. */
  readonly mostAnswers?: number;
  /** Looks at what the service now has; says what is wrong. */
  readonly after?: (outcome: Outcome) => Promise<readonly string[]>;
}

export interface Scene {
  readonly random: Random;
  readonly world: World;
  /** Whose token is used, with an image of its own to attack. */
  readonly attacker: Attacker;
}

/** One kind of bad input: draws its next attack. */
export interface Family {
  readonly name: string;
  readonly draw: (scene: Scene) => Promise<Attack>;
}

export const refused = ({ status }: WireAnswer): boolean => status >= 400 && status < 500;
/** The only two failures that are right: a method or a transfer coding that the service does not have (RFC 9110, 9112). */
export const refusedOrUnknown = (answer: WireAnswer): boolean => refused(answer) || answer.status === 501;
export const answered = ({ status }: WireAnswer): boolean => status >= 200 && status < 500;
