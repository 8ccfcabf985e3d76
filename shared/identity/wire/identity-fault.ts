import { Unauthorized } from "../../errors.ts";
import { type FaultForm, keystoneFault } from "../../http/fault.ts";
import { Unauthenticated } from "../domain/refusals.ts";

/** Keystone's error bodies with Keystone's words: a 401 made elsewhere speaks of Glance's documents. */
export const identityFault: FaultForm = (error, request) => {
  const foreign = error instanceof Unauthorized && !(error instanceof Unauthenticated);
  return keystoneFault(foreign ? new Unauthenticated() : error, request);
};
