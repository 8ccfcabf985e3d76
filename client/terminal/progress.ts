import { Presets, SingleBar } from "cli-progress";
import { bytesText, durationText } from "./amounts.ts";

const TICK_MS = 500;
const LINE_MS = 10_000;
/** Weight of the last tick in the rate: about eight seconds are looked at. */
const SMOOTHING = 0.06;

/** Shows how far a transfer is: a bar on a terminal, a line every ten seconds elsewhere. Goes to standard error. */
export class Progress {
  readonly #label: string;
  readonly #total: number | undefined;
  readonly #bar: SingleBar | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #write: (line: string) => void;
  readonly #moving = new Map<number, number>();
  #done = 0;
  /** Without what was there before we began. */
  #moved = 0;
  #movedBefore = 0;
  #rate = 0;
  #nextLine = performance.now() + LINE_MS;

  constructor(options: {
    label: string;
    total: number | undefined;
    isQuiet: boolean;
    write: (line: string) => void;
  }) {
    this.#label = options.label;
    this.#total = options.total;
    this.#write = options.write;
    if (options.isQuiet) return;
    if (process.stderr.isTTY) {
      const format = `${this.#label} {bar} {percentage}% | {amount} | {speed} | ETA {left}`;
      this.#bar = new SingleBar({ format, hideCursor: true, stream: process.stderr }, Presets.shades_classic);
      this.#bar.start(this.#total || 1, 0, this.#payload());
    }
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#timer.unref();
  }

  /** Bytes of a part are on their way. */
  moving(part: number, bytes: number): void {
    this.#moving.set(part, (this.#moving.get(part) ?? 0) + bytes);
    this.#moved += bytes;
  }

  /** What was on its way of a part counts no more. */
  restart(part: number): void {
    this.#moved -= this.#moving.get(part) ?? 0;
    this.#moving.delete(part);
  }

  /** A part, or another piece of the data, is done. */
  done(part: number, bytes: number): void {
    this.#moving.delete(part);
    this.#done += bytes;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#bar?.update(this.#done, this.#payload());
    this.#bar?.stop();
  }

  get #amount(): number {
    return this.#done + [...this.#moving.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  #payload() {
    const total = this.#total === undefined ? "" : ` of ${bytesText(this.#total)}`;
    const left =
      this.#total === undefined || this.#rate <= 0 ? undefined : (this.#total - this.#amount) / this.#rate;
    return {
      amount: `${bytesText(this.#amount)}${total}`,
      speed: `${bytesText(Math.round(this.#rate))}/s`,
      left: left === undefined ? "?" : durationText(left),
    };
  }

  #tick(): void {
    const rate = Math.max(0, (this.#moved - this.#movedBefore) / (TICK_MS / 1000));
    this.#rate += (this.#rate === 0 ? 1 : SMOOTHING) * (rate - this.#rate);
    this.#movedBefore = this.#moved;
    this.#bar?.update(this.#total ? Math.min(this.#amount, this.#total) : 0, this.#payload());
    if (this.#bar || performance.now() < this.#nextLine) return;
    this.#nextLine += LINE_MS;
    const { amount, speed, left } = this.#payload();
    this.#write(`${this.#label} ${amount}, ${speed}, ${left} left`);
  }
}
