import { newHashes } from "../../../shared/images/operations/transfers/resumable-hashes.ts";
import { Hands, type Scene } from "../clients/hands.ts";
import { scripts } from "../clients/scripts.ts";
import { judgesOf } from "../invariants/each-step.ts";
import type { CrashPoints } from "../scheduler/crash-points.ts";
import { captureEscapes } from "../scheduler/escapes.ts";
import { Scheduler } from "../scheduler/scheduler.ts";
import { begin } from "../world/beginnings.ts";
import { Facts } from "../world/facts.ts";
import { jobs, runOf } from "../world/jobs.ts";
import { openPorts, portsOf } from "../world/ports.ts";
import { InOtherHands, workers } from "../world/workers.ts";
import { newWorld, type World } from "../world/world.ts";
import { type Cast, imageIds } from "./cast.ts";
import { type Event, textOf } from "./events.ts";
import { numberOf, Random } from "./random.ts";

export interface Violation {
  /** Stays the same while a history is made shorter. */
  readonly rule: string;
  readonly text: string;
}

const START = Date.parse("2026-01-01T00:00:00.000Z");
/** Of an event, so that no two happen at the same time. */
const TICK_MS = 7;
/** A queue puts a message aside after so many tries (infra/functions/workers.ts). */
const MOST_TRIES = 10;

/** Hashing is WebAssembly, which is compiled beside everything else, once. */
const compiled = newHashes();

/** A history under way: the world, who is at work in it, and what was seen. */
export class Simulation {
  readonly cast: Cast;
  readonly scheduler: Scheduler;
  readonly world: World;
  readonly scene: Scene;
  readonly waiting: Map<string, Cast["clients"][number]>;
  violation: Violation | undefined;
  steps = 0;
  /** A number of everything that has happened: the same for the same events. */
  trace = 0;
  tell: ((text: string) => void) | undefined;
  #judge: () => void = () => undefined;
  readonly #release: () => void;

  private constructor(cast: Cast, points: CrashPoints) {
    this.cast = cast;
    this.scheduler = new Scheduler(START, points);
    this.world = newWorld(cast.config, this.scheduler);
    this.waiting = new Map(cast.clients.map((client) => [client.name, client]));
    const violate = (rule: string, text: string) => {
      this.violation ??= { rule, text };
    };
    this.scene = {
      world: this.world,
      facts: new Facts(this.world),
      transfers: [],
      doubtful: new Set(),
      violate,
    };
    this.#release = captureEscapes({
      actor: () => this.scheduler.atWork,
      alarm: (ms, ring) => this.scheduler.alarm(ms, ring),
    });
  }

  /** Whoever begins one has to `close` it: chance and time of the process are its own until then. */
  static async open(cast: Cast, points: CrashPoints): Promise<Simulation> {
    await compiled;
    const simulation = new Simulation(cast, points);
    const { world } = simulation;
    const ports = openPorts(world);
    await runOf(ports, "reaper", { now: true, hasTime: () => true });
    for (const [at, how] of cast.config.images.entries())
      await begin(world, ports, imageIds[at] ?? imageIds[0], how);
    world.keepStores();
    simulation.scheduler.doze(cast.config.age * 1000);
    // That is told already: it is no news of this history.
    world.metadata.outboxEntries.clear();
    world.messages.splice(
      0,
      world.messages.length,
      ...world.messages.filter(({ kind }) => kind !== "notify"),
    );
    world.keepStores();
    simulation.#judge = judgesOf(simulation.scene);
    return simulation;
  }

  close(): void {
    for (const actor of [...this.scheduler.actors.values()]) this.scheduler.kill(actor);
    this.#release();
  }

  judge(): void {
    this.world.keepStores();
    this.#judge();
  }

  /** Makes an event happen. False when there is nothing it could happen to. */
  async apply(event: Event): Promise<boolean> {
    const seen = await this.#happen(event);
    if (seen === undefined) return false;
    this.steps++;
    this.scheduler.doze(TICK_MS);
    const text = `${textOf(event)}${seen && ` — ${seen}`}`;
    this.trace = numberOf(`${text} ${this.scheduler.now}`, this.trace);
    this.tell?.(text);
    this.judge();
    return true;
  }

  #happen(event: Event): Promise<string | undefined> {
    switch (event.do) {
      case "start":
        return this.#start(event.client);
      case "run":
        return this.#run(event);
      case "deliver":
        return this.#deliver(event);
      case "lose":
        return this.#lose(event.message);
      case "job":
        return this.#beginJob(event);
      case "pass":
        return this.scheduler.pass(event.seconds * 1000).then(() => "");
      case "damage":
        return this.#damage(event);
      case "land":
        return this.scheduler.late.length > 0 ? this.scheduler.land(event.at) : Promise.resolve(undefined);
    }
  }

  async #start(name: string): Promise<string | undefined> {
    const client = this.waiting.get(name);
    if (!client) return undefined;
    this.waiting.delete(name);
    const random = new Random(numberOf(`${this.cast.seed} ${name}`));
    const imageId = imageIds[client.image] ?? imageIds[0];
    const kind = { operation: "client", seconds: Number.POSITIVE_INFINITY };
    this.scheduler.begin(name, kind, (actor) =>
      scripts[client.script](new Hands(this.scene, actor, { imageId, random })),
    );
    await this.scheduler.settle();
    return client.script;
  }

  async #run({ actor: name, branch, fate }: Event & { readonly do: "run" }): Promise<string | undefined> {
    const actor = this.scheduler.actors.get(name);
    if (!actor || actor.parked.length === 0) return undefined;
    return this.scheduler.step(actor, branch, fate);
  }

  async #deliver(event: Event & { readonly do: "deliver" }): Promise<string | undefined> {
    const { messages } = this.world;
    const at = messages.findIndex(({ name }) => name === event.message);
    const message = messages[at];
    if (!message || message.visibleAt > this.scheduler.now) return undefined;
    const { seconds, visibilitySeconds, work } = workers[message.kind];
    let left = event.pieces;
    const hasTime = () => left-- > 0;
    const tries = message.tries + 1;
    const name = `${message.name}~${tries}`;
    const visibleAt = event.again ? this.scheduler.now : this.scheduler.now + visibilitySeconds * 1000;
    messages[at] = { ...message, tries, visibleAt };
    const actor = this.scheduler.begin(name, { operation: `${message.kind} worker`, seconds }, (actor) =>
      work(portsOf(this.world, actor), message.body, hasTime),
    );
    const forget = () => {
      const now = messages.findIndex((one) => one.name === message.name);
      if (now >= 0) messages.splice(now, 1);
    };
    actor.whenOver.push((outcome) => {
      if (outcome.told === "result" && !event.again) forget();
      if (outcome.told === "error") this.#judgeError(`${message.kind} worker`, outcome.error);
      if (outcome.told !== "result" && tries >= MOST_TRIES) forget();
    });
    await this.scheduler.settle();
    return "";
  }

  async #damage({ store, at, isLost }: Event & { readonly do: "damage" }): Promise<string | undefined> {
    const { places, damaged } = this.world;
    const objects = places.get(store)?.objects ?? new Map<string, Uint8Array>();
    const keys = [...objects.keys()];
    const key = keys[at % Math.max(1, keys.length)];
    const bytes = key === undefined ? undefined : objects.get(key);
    if (key === undefined || !bytes || bytes.length === 0) return undefined;
    if (isLost) objects.delete(key);
    else objects.set(key, bytes.with(0, (bytes[0] ?? 0) ^ 1));
    damaged.add(`${store}/${key}`);
    this.scene.doubtful.add(key.split("/")[0] ?? "");
    return key;
  }

  async #lose(name: string): Promise<string | undefined> {
    const { messages } = this.world;
    const at = messages.findIndex((message) => message.name === name);
    if (at < 0) return undefined;
    messages.splice(at, 1);
    return "";
  }

  async #beginJob({ job, count, pieces }: Event & { readonly do: "job" }): Promise<string> {
    let left = pieces;
    const flags = {
      now: true,
      hasTime: () => left-- > 0,
      onError: (error: unknown) => this.#judgeError(job, error),
    };
    const { seconds } = jobs[job];
    const actor = this.scheduler.begin(`${job}-${count}`, { operation: job, seconds }, (actor) =>
      runOf(portsOf(this.world, actor), job, flags),
    );
    actor.whenOver.push((outcome) => {
      if (outcome.told === "error") this.#judgeError(job, outcome.error);
      if (outcome.told === "result") this.judgeStop(job, outcome.result);
    });
    await this.scheduler.settle();
    return "";
  }

  /** Nothing here is a reason for a job to stop itself: no table was restored, no images were damaged. */
  judgeStop(job: string, result: unknown): void {
    const { stopped } = result as { readonly stopped?: string };
    if (stopped !== undefined) this.scene.violate("job-stopped", `${job} has stopped itself: ${stopped}`);
  }

  #judgeError(who: string, error: unknown): void {
    if (error instanceof InOtherHands) return;
    if (error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError)
      this.scene.violate("broken", `${who} failed: ${error.stack}`);
  }
}
