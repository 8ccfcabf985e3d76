import { type Caller, isAdmin } from "../../caller.ts";
import { notAuthorized } from "../domain/refusals.ts";

/** Throws Forbidden for all but admins; `action` is the name of Keystone's rule. */
export function requireAdmin(caller: Caller, action: string): void {
  if (!isAdmin(caller)) throw notAuthorized(action);
}

/** Throws Forbidden for all but the user itself and admins, whether there is such a user or not. */
export function requireSelfOrAdmin(caller: Caller, userId: string, action: string): void {
  if (caller.userId !== userId) requireAdmin(caller, action);
}
