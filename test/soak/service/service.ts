import { readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { freePort, type LocalRuntime, runtimePid, startRuntime } from "../../runtime/local-runtime.ts";
import { fireJob } from "../../runtime/run-job.ts";
import type { Disk } from "./disk.ts";
import { OtherIngress } from "./ingress.ts";
import { startSettings } from "./settings.ts";

export interface Troubles {
  /** `GLANCE_FAULTS` and `GLANCE_CRASH_AT`. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The service under test: the runtime, a second ingress, their disk and their clock. */
export class Service {
  readonly other: OtherIngress;
  #runtime: LocalRuntime | undefined;
  #up = Promise.withResolvers<void>();
  #jumps: [at: number, offset: number][] = [];
  /** Whoever kills or starts it waits for who does already. */
  #turn: Promise<unknown> = Promise.resolve();

  readonly #folder: string;
  readonly disk: Disk;
  readonly #settings: Readonly<Record<string, string>>;
  readonly #ports: readonly [front: number, other: number];
  readonly #onDeath: (why: string) => void;

  private constructor(
    folder: string,
    disk: Disk,
    settings: Readonly<Record<string, string>>,
    ports: readonly [front: number, other: number],
    onDeath: (why: string) => void,
  ) {
    this.#folder = folder;
    this.disk = disk;
    this.#settings = settings;
    this.#ports = ports;
    this.#onDeath = onDeath;

    this.other = new OtherIngress(join(folder, "other"), ports[1]);
  }

  static async make(
    folder: string,
    disk: Disk,
    settings: Readonly<Record<string, string>>,
    onDeath: (why: string) => void,
  ): Promise<Service> {
    return new Service(folder, disk, settings, [await freePort(), await freePort()], onDeath);
  }

  get home(): string {
    return this.disk.home;
  }

  get front(): string {
    return `http://127.0.0.1:${this.#ports[0]}`;
  }

  /** The bare gateway, which knows nothing of streams. */
  get gateway(): string {
    return this.#runtime?.gatewayUrl ?? this.front;
  }

  /** By how much its clock is ahead. */
  get offset(): number {
    return this.#jumps.at(-1)?.[1] ?? 0;
  }

  get isUp(): boolean {
    return this.#runtime !== undefined;
  }

  /** Resolves as soon as it runs. */
  untilUp(): Promise<void> {
    return this.#up.promise;
  }

  start(troubles: Troubles = { environment: {} }): Promise<void> {
    return this.#inTurn(() => this.#start(troubles));
  }

  async #start({ environment }: Troubles): Promise<void> {
    if (this.#runtime) return;
    const control = join(this.#folder, "control.sock");
    const runtime = await startRuntime({
      home: this.home,
      port: this.#ports[0],
      withLocalDefaults: true,
      environment: { ...this.#settings, ...startSettings(control, this.#jumps), ...environment },
    });
    this.#runtime = runtime;
    runtime.process.once("exit", (code) => {
      if (this.#runtime !== runtime) return;
      this.#down();
      this.#onDeath(`ended with ${code}: ${runtime.output().split("\n").slice(-4).join(" ")}`);
    });
    await this.other.start(runtime.gatewayUrl);
    this.#up.resolve();
  }

  #down(): void {
    this.#runtime = undefined;
    this.#up = Promise.withResolvers<void>();
  }

  /** SIGKILL, or a stop in order. */
  end(how: "kill" | "stop"): Promise<void> {
    return this.#inTurn(async () => {
      const runtime = this.#runtime;
      if (!runtime) return;
      this.#down();
      if (how === "kill") await runtime.kill();
      else await runtime.stop();
    });
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  /** Kills the ingress that the runtime has; it starts another one. */
  killIngress(): boolean {
    const pid = runtimePid(this.home);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
      .trim()
      .split(" ")
      .filter(Boolean);
    for (const child of children) {
      if (!readFileSync(`/proc/${child}/cmdline`, "utf8").includes("client/ingress/main.ts")) continue;
      process.kill(Number(child), "SIGKILL");
      return true;
    }
    return false;
  }

  /** Sets the clock forward, of all that runs and of what is started later. */
  async jump(milliseconds: number): Promise<void> {
    const jump: [number, number] = [Date.now(), this.offset + milliseconds];
    this.#jumps.push(jump);
    if (this.isUp) await this.order("jump", { at: jump[0], offset: jump[1] });
  }

  job(name: string, members?: object): Promise<{ status: number; body: unknown }> {
    return fireJob(this.home, name, members);
  }

  /** Speaks to preload.mjs in the runtime. */
  order(name: "jump" | "end" | "store", body: object): Promise<Record<string, unknown>> {
    return new Promise((resolve, reject) => {
      const call = request(
        { socketPath: join(this.#folder, "control.sock"), path: `/${name}`, method: "POST" },
        async (response) => {
          let text = "";
          for await (const chunk of response) text += chunk;
          resolve(JSON.parse(text));
        },
      );
      call.once("error", reject);
      call.end(JSON.stringify(body));
    });
  }
}
