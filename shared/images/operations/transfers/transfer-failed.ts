import { GlanceError } from "../../../errors.ts";

/** The failure of an attempt, said again to whoever asks again. */
export class TransferFailed extends GlanceError {
  readonly status: number;
  constructor(code: number, message: string) {
    super(message);
    this.status = code;
  }
}
