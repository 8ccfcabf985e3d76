import { BadRequest, Forbidden, GlanceError, Unauthorized } from "../../errors.ts";

/**
 * A refused login. One text for every cause: an unknown user, a wrong password and a project without a role must
 * look the same. The few other texts say nothing about what exists.
 */
export class Unauthenticated extends Unauthorized {
  constructor(message = "The request you have made requires authentication.") {
    super(message);
  }
}

/** A value that Keystone's schema would refuse. */
export const invalid = (name: string, why: string): BadRequest =>
  new BadRequest(`Invalid input for field '${name}': ${why}`);

/** Too many refused logins of one user from one address; says nothing about whether the user exists. */
export class TooManyFailures extends GlanceError {
  readonly status = 429;
  override readonly headers: Readonly<Record<string, string>>;
  constructor(waitSeconds: number) {
    super(`Too many failed logins from here: try again in ${waitSeconds} seconds.`);
    this.headers = { "Retry-After": String(waitSeconds) };
  }
}

/** Keystone's Forbidden, word for word; `action` is the name of Keystone's rule. */
export const notAuthorized = (action: string): Forbidden =>
  new Forbidden(`You are not authorized to perform the requested action: identity:${action}.`);
