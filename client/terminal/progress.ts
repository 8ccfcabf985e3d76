import { type Advance, progressLine, secondsLeft } from "./progress-line.ts";
import { RateWindow } from "./rate-window.ts";

const TICK_MS = 500;
/** A line in a log; a program that reads JSON wants to know sooner. */
const LINE_MS = 10_000;
const JSON_MS = 1000;
const CLEAR_LINE = "\r\x1b[K";

export interface ProgressOptions {
  readonly label: string;
  readonly total: number | undefined;
  readonly form: "none" | "people" | "json";
  readonly stream: NodeJS.WriteStream;
}

/**
 * Shows how far a transfer is: on a terminal one line that is drawn again, as wide as the terminal is at that moment;
 * elsewhere a line every ten seconds; as JSON one document a line, every second. Goes to standard error.
 */
export class Progress {
  readonly #options: ProgressOptions;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #moving = new Map<number, number>();
  readonly #rate = new RateWindow();
  readonly #redraw = () => this.#draw();
  #done = 0;
  /** Without what was there before we began. */
  #moved = 0;
  #nextLine = 0;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#rate.add(performance.now(), 0);
    if (options.form === "none") return;
    this.#nextLine = performance.now() + (options.form === "json" ? JSON_MS : LINE_MS);
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#timer.unref();
    if (this.#isDrawn) options.stream.on("resize", this.#redraw);
    this.#draw();
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

  /** Takes the drawn line away, so that another one can be written; the next tick draws it below. */
  clear(): void {
    if (this.#isDrawn) this.#options.stream.write(CLEAR_LINE);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#options.stream.off("resize", this.#redraw);
    if (!this.#isDrawn || this.#timer === undefined) return;
    this.#draw();
    this.#options.stream.write("\n");
  }

  get #isDrawn(): boolean {
    return this.#options.form === "people" && this.#options.stream.isTTY === true;
  }

  get #advance(): Advance {
    const moving = [...this.#moving.values()].reduce((sum, bytes) => sum + bytes, 0);
    const { label, total } = this.#options;
    return {
      label,
      doneBytes: this.#done + moving,
      totalBytes: total,
      bytesPerSecond: this.#rate.perSecond,
    };
  }

  #draw(): void {
    if (!this.#isDrawn) return;
    const { stream } = this.#options;
    stream.write(`${CLEAR_LINE}${progressLine(this.#advance, stream.columns || 80)}`);
  }

  #tick(): void {
    const now = performance.now();
    this.#rate.add(now, this.#moved);
    if (this.#isDrawn) this.#draw();
    else if (now >= this.#nextLine) this.#writeLine(now);
  }

  #writeLine(now: number): void {
    const { form, stream } = this.#options;
    const advance = this.#advance;
    if (form === "people") {
      this.#nextLine = now + LINE_MS;
      stream.write(`${progressLine(advance, Number.POSITIVE_INFINITY)}\n`);
      return;
    }
    this.#nextLine = now + JSON_MS;
    const progress = {
      label: advance.label,
      done_bytes: advance.doneBytes,
      total_bytes: advance.totalBytes ?? null,
      bytes_per_second: advance.bytesPerSecond === undefined ? null : Math.round(advance.bytesPerSecond),
      seconds_left: secondsLeft(advance) ?? null,
    };
    stream.write(`${JSON.stringify({ progress })}\n`);
  }
}
