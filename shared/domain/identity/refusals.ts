import { BadRequest, Unauthorized } from "../../errors.ts";

/**
 * A refused login. One text for every cause: an unknown user, a wrong password and a project without a role must
 * look the same. The few other texts say nothing about what exists.
 */
export class Unauthenticated extends Unauthorized {
  constructor(message = "The request you have made requires authentication.") {
    super(message);
  }
}

/** Keystone's ValidationError, word for word. */
export const missing = (attribute: string, target: string): BadRequest =>
  new BadRequest(
    `Expecting to find ${attribute} in ${target}. The server could not comply with the request since it is ` +
      "either malformed or otherwise incorrect. The client is assumed to be in error.",
  );
