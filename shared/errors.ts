/** Base of every refusal that a client is told about: `status` is its HTTP status, the message is for people. */
export abstract class GlanceError extends Error {
  abstract readonly status: number;
  /** Response headers that belong to the refusal, e.g. `Allow`. */
  readonly headers: Readonly<Record<string, string>> = {};
}

export class BadRequest extends GlanceError {
  readonly status = 400;
}

export class Unauthorized extends GlanceError {
  readonly status = 401;
  constructor(
    message = "This server could not verify that you are authorized to access the document you requested.",
  ) {
    super(message);
  }
}

export class Forbidden extends GlanceError {
  readonly status = 403;
}

export class NotFound extends GlanceError {
  readonly status = 404;
}

export class MethodNotAllowed extends GlanceError {
  readonly status = 405;
  override readonly headers: Readonly<Record<string, string>>;
  constructor(method: string, allowed: readonly string[]) {
    super(`The method ${method} is not allowed for this resource.`);
    this.headers = { Allow: allowed.join(", ") };
  }
}

export class Conflict extends GlanceError {
  readonly status = 409;
}

export class Gone extends GlanceError {
  readonly status = 410;
}

export class TooLarge extends GlanceError {
  readonly status = 413;
}

export class UnsupportedMediaType extends GlanceError {
  readonly status = 415;
  override readonly headers: Readonly<Record<string, string>>;
  constructor(message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.headers = headers;
  }
}

export class HeaderTooLarge extends GlanceError {
  readonly status = 431;
}

export class NotImplemented extends GlanceError {
  readonly status = 501;
}

/** A store or service behind us does not answer. Never for a PUT with image data: clients repeat it without a body. */
export class Unavailable extends GlanceError {
  readonly status = 503;
}
