import { GlanceError } from "../../shared/errors.ts";

/** A refusal whose status is decided where it is made, e.g. taken over from the API. */
export class Refusal extends GlanceError {
  readonly status: number;
  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}
