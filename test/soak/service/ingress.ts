import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, openSync } from "node:fs";
import { join, resolve } from "node:path";

const program = resolve(import.meta.dirname, "../../../client/ingress/main.ts");

/** A second ingress beside that of the runtime, as a compute node would have it. */
export class OtherIngress {
  #child: ChildProcess | undefined;
  readonly #log: number;

  readonly #folder: string;
  readonly #port: number;

  constructor(folder: string, port: number) {
    this.#folder = folder;
    this.#port = port;

    mkdirSync(join(folder, "journal"), { recursive: true });
    this.#log = openSync(join(folder, "ingress.log"), "a");
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Starts it unless it runs; it goes on when it listens. */
  async start(endpoint: string): Promise<void> {
    if (this.#child?.exitCode === null && this.#child.signalCode === null) return;
    const words = ["--endpoint", endpoint, "--listen", `${this.#port}`, "--host", "127.0.0.1"];
    const child = spawn(process.execPath, [program, ...words, "--journal", join(this.#folder, "journal")], {
      stdio: ["ignore", "pipe", this.#log],
    });
    this.#child = child;
    const { stdout } = child;
    if (!stdout) throw new Error("the other ingress has no output");
    const [said] = (await Promise.race([once(stdout, "data"), once(child, "exit")])) as [unknown];
    if (!String(said).includes("listening")) throw new Error(`the other ingress: ${said}`);
    stdout.resume();
  }

  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, "exit");
  }
}
