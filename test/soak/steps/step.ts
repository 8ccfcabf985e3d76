import type { Person } from "../clients/person.ts";
import type { Slot } from "../oracle/slot.ts";
import type { Random } from "../plan/random.ts";
import type { World } from "../world.ts";

/** What one step has at hand. */
export interface StepContext {
  readonly world: World;
  readonly random: Random;
  readonly slot: Slot;
  readonly owner: Person;
  /** Through which front it goes. */
  readonly base: string;
}

export type Step = (context: StepContext) => Promise<void>;
