import { keystoneUrl, type LogIns, logInCallers } from "../rbac/callers.ts";
import { send } from "./http-request.ts";
import type { Target } from "./session.ts";

const glanceUrl = `http://127.0.0.1:${process.env.REFERENCE_GLANCE_PORT ?? 9393}`;
const howToStart = "start it with REFERENCE_SECURE_RBAC=1 test/reference/stack/up.sh";

/** The real Glance and its callers; fails unless it is up, with its Keystone, and has its secure-RBAC defaults. */
export async function requireReference(logIns?: LogIns): Promise<Target> {
  const callers = await logInCallers(keystoneUrl, logIns).catch((cause) => {
    throw new Error(`the reference's Keystone is not at ${keystoneUrl}: ${howToStart}`, { cause });
  });
  const asReader = { ...callers.headersOf("demo-reader"), "Content-Type": "application/json" };
  const create = { method: "POST", url: `${glanceUrl}/v2/images`, headers: asReader, body: "{}" };
  const { status } = await send(create).catch((cause) => {
    throw new Error(`the reference's Glance is not at ${glanceUrl}: ${howToStart}`, { cause });
  });
  if (status !== 403) throw new Error(`the reference's Glance is up without secure RBAC: ${howToStart}`);
  return { url: glanceUrl, callers, repeats500: true };
}
