export interface UploadProgress {
  readonly phase: "sending" | "completing";
  /** Bytes that are stored or under way. A part that is sent again counts from its beginning. */
  readonly sentBytes: number;
  readonly totalBytes: number;
  /** Of these, bytes that an earlier page had already stored. */
  readonly resumedBytes: number;
  /** Over the last seconds; 0 while nothing is sent. */
  readonly bytesPerSecond: number;
}

const WINDOW_MS = 5000;

/** Adds up what the parts report, and tells `report` of every change. */
export class ProgressMeter {
  readonly #report: (progress: UploadProgress) => void;
  readonly #totalBytes: number;
  readonly #now: () => number;
  readonly #sentByPart = new Map<number, number>();
  #phase: UploadProgress["phase"] = "sending";
  #sentBytes = 0;
  #resumedBytes = 0;
  #samples: { readonly at: number; readonly bytes: number }[] = [];

  constructor(
    totalBytes: number,
    report: (progress: UploadProgress) => void,
    now: () => number = () => performance.now(),
  ) {
    this.#totalBytes = totalBytes;
    this.#report = report;
    this.#now = now;
  }

  /** A part of which `bytes` have been sent in all. */
  sent(part: number, bytes: number): void {
    this.#sentBytes += bytes - (this.#sentByPart.get(part) ?? 0);
    this.#sentByPart.set(part, bytes);
    this.#tell();
  }

  /** A part that needs not be sent. */
  resumed(bytes: number): void {
    this.#resumedBytes += bytes;
    this.#tell();
  }

  /** Nothing is sent for a while: the speed is measured again after that. */
  paused(): void {
    this.#samples = [];
    this.#tell();
  }

  completing(): void {
    this.#phase = "completing";
    this.#tell();
  }

  #tell(): void {
    const at = this.#now();
    this.#samples = this.#samples.filter((sample) => sample.at > at - WINDOW_MS);
    this.#samples.push({ at, bytes: this.#sentBytes });
    const first = this.#samples[0] ?? { at, bytes: 0 };
    const seconds = (at - first.at) / 1000;
    const rate = seconds > 0 ? (this.#sentBytes - first.bytes) / seconds : 0;
    this.#report({
      phase: this.#phase,
      sentBytes: this.#sentBytes + this.#resumedBytes,
      totalBytes: this.#totalBytes,
      resumedBytes: this.#resumedBytes,
      bytesPerSecond: Math.max(0, Math.round(rate)),
    });
  }
}
