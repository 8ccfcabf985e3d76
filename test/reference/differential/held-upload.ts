import { request } from "node:http";
import type { CallerName } from "../rbac/callers.ts";
import type { Session } from "./session.ts";

const PATIENCE_MS = 20_000;
const pause = (ms: number) => new Promise((wake) => setTimeout(wake, ms));

/** An upload of unknown length that has begun: its image is `saving` until it is ended. */
export interface HeldUpload {
  /** Sends the end of the body; the status of the answer, which is compared. */
  finish(): Promise<number>;
  /** Breaks the connection. */
  cut(): void;
}

/** Begins an upload and waits until the server says that the image is `saving`. That is not compared. */
export async function holdUpload(session: Session, caller: CallerName, id: string): Promise<HeldUpload> {
  const { target, ask, silently } = session;
  const url = `${target.url}/v2/images/${id}/file`;
  const headers = {
    ...target.callers.headersOf(caller),
    "Content-Type": "application/octet-stream",
    "Transfer-Encoding": "chunked",
  };
  const upload = request(url, { method: "PUT", headers });
  const answered = new Promise<number>((resolve, reject) => {
    upload.on("response", (response) => resolve(response.resume().statusCode ?? 0)).on("error", reject);
  });
  // A cut upload ends with an error, which nobody waits for.
  answered.catch(() => undefined);
  upload.write("bytes");

  const statusOf = async (): Promise<unknown> =>
    (await silently(() => ask("admin", `GET /v2/images/${id}`))).json?.status;
  const began = Date.now();
  for (let status = await statusOf(); status !== "saving"; status = await statusOf()) {
    if (Date.now() - began > PATIENCE_MS) throw new Error(`${url}: ${status}, although its upload has begun`);
    await pause(50);
  }
  return {
    finish: async () => {
      upload.end();
      const status = await answered;
      session.exchanges.push({
        caller,
        method: "PUT",
        path: `/v2/images/${id}/file`,
        sent: "in two pieces",
        type: headers["Content-Type"],
        accept: "",
        answer: { status, headers: {}, body: Buffer.alloc(0) },
        redirected: false,
      });
      return status;
    },
    cut: () => {
      upload.destroy();
    },
  };
}
