import { Unavailable } from "../errors.ts";

/** Keystone cannot tell now who asks: neither a yes nor a no. The message is for users and says nothing secret. */
export class KeystoneUnavailable extends Unavailable {
  constructor(cause: unknown, message = "The identity service does not answer. Try again later.") {
    super(message, { cause });
  }
}
