import { GlanceError } from "../../../shared/errors.ts";
import type { Random } from "../history/random.ts";
import type { Actor } from "../scheduler/actor.ts";
import type { Facts } from "../world/facts.ts";
import { openPorts, type Ports, portsOf } from "../world/ports.ts";
import type { World } from "../world/world.ts";

/** As infra/functions/api-functions.ts has it. */
const REQUEST_SECONDS = 25;

/** What a caller hears: a result, a refusal, or nothing, and then the request may have been carried out or not. */
export type Answer<Result> =
  | { readonly told: "ok"; readonly result: Result }
  | { readonly told: "refused"; readonly status: number }
  | { readonly told: "nothing" };

/** What clients know of each other's transfers: tokens are passed on. */
export interface KnownTransfer {
  readonly imageId: string;
  readonly transferId: string;
  readonly token: string;
  readonly bytes: Uint8Array;
  readonly stage: boolean;
}

export interface Scene {
  readonly world: World;
  readonly facts: Facts;
  readonly transfers: KnownTransfer[];
  /** Images to which somebody has stated wrong hashes, or whose bytes were damaged: audits find those. */
  readonly doubtful: Set<string>;
  readonly violate: (rule: string, text: string) => void;
}

/** A client's hands: it sends requests, each with a function of its own, and bytes to signed URLs. */
export class Hands {
  readonly scene: Scene;
  readonly imageId: string;
  readonly random: Random;
  readonly #actor: Actor;
  #requests = 0;
  #asked = 0;

  constructor(
    scene: Scene,
    actor: Actor,
    { imageId, random }: { readonly imageId: string; readonly random: Random },
  ) {
    this.scene = scene;
    this.imageId = imageId;
    this.random = random;
    this.#actor = actor;
  }

  get name(): string {
    return this.#actor.name;
  }

  /** When the last thing was asked for the first time, by the facts' clock. */
  get asked(): number {
    return this.#asked;
  }

  ask<Result>(operation: string, act: (ports: Ports) => Promise<Result>): Promise<Answer<Result>> {
    this.#asked = this.scene.facts.now();
    return this.#send(operation, act);
  }

  async #send<Result>(operation: string, act: (ports: Ports) => Promise<Result>): Promise<Answer<Result>> {
    const { scheduler } = this.scene.world;
    const name = `${this.name}.${++this.#requests}`;
    const request = scheduler.begin(name, { operation, seconds: REQUEST_SECONDS }, (actor) =>
      act(portsOf(this.scene.world, actor)),
    );
    const outcome =
      request.outcome ??
      (await new Promise<NonNullable<Actor["outcome"]>>((resolve) => request.whenOver.push(resolve)));
    if (outcome.told === "nothing") return outcome;
    if (outcome.told === "result") return { told: "ok", result: outcome.result as Result };
    const { error } = outcome;
    const status = error instanceof GlanceError ? error.status : 500;
    // A store that has lost an object is a reason.
    const isExcused = request.wasFailed || this.scene.world.damaged.size > 0;
    if (status >= 500 && status !== 503 && !isExcused)
      this.scene.violate(
        "answered-500",
        `${operation} answered ${error instanceof Error ? error.stack : error}`,
      );
    return { told: "refused", status };
  }

  /** The same request again, as clients do that hear nothing. */
  async insist<Result>(
    operation: string,
    act: (ports: Ports) => Promise<Result>,
    times = 3,
  ): Promise<Answer<Result>> {
    let answer = await this.ask(operation, act);
    for (let time = 1; time < times && isUnclear(answer); time++) {
      await this.pause();
      answer = await this.#send(operation, act);
    }
    return answer;
  }

  /** Others may act before it goes on. */
  pause(): Promise<unknown> {
    return this.#actor.park("client.pause", () => undefined);
  }

  /** Sends bytes to a signed URL. False where the store takes them no more. */
  async put(store: string, url: string, bytes: Uint8Array): Promise<boolean> {
    const sent = this.#actor.park("client.put", () => {
      try {
        this.scene.world.places.get(store)?.putPart(url, bytes);
        return true;
      } catch {
        return false;
      }
    });
    return (await sent) as boolean;
  }

  get open(): Ports {
    return openPorts(this.scene.world);
  }
}

export const isUnclear = (answer: Answer<unknown>): boolean =>
  answer.told === "nothing" || (answer.told === "refused" && answer.status >= 500);
