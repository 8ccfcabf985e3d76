import { Unauthenticated } from "../../shared/domain/identity/refusals.ts";
import { Unauthorized } from "../../shared/errors.ts";
import { type FaultForm, keystoneFault } from "../../shared/http/fault.ts";

/** Keystone's error bodies with Keystone's words: a 401 made elsewhere speaks of Glance's documents. */
export const identityFault: FaultForm = (error, request) => {
  const foreign = error instanceof Unauthorized && !(error instanceof Unauthenticated);
  return keystoneFault(foreign ? new Unauthenticated() : error, request);
};
