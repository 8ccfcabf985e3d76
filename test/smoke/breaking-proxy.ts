import http from "node:http";
import type { AddressInfo } from "node:net";
import { type RawAnswer, sendRaw } from "../../infra/smoke/send-raw.ts";

export interface Passing {
  readonly method: string;
  /** With the query; of S3 where `isS3` says so, of DynamoDB where there is a `target`. */
  readonly path: string;
  readonly headers: readonly string[];
  readonly body: Buffer;
  readonly isS3: boolean;
  /** What DynamoDB is asked for. */
  readonly target?: string;
}

/** One way in which AWS could be other than was assumed. */
export interface Breach {
  /** What goes on instead of a request, or what is answered in its place. */
  readonly request?: (passing: Passing) => Passing | RawAnswer | undefined;
  readonly answer?: (given: RawAnswer, passing: Passing) => RawAnswer | undefined;
  /** A request that was cut off goes on with what came of it. */
  readonly passesCut?: boolean;
}

export interface BreakingProxy {
  readonly url: string;
  breach: Breach;
  close(): void;
}

const SIGNED = "/-s3";
const isAnswer = (value: Passing | RawAnswer): value is RawAnswer => "status" in value;

/** Name by name, without those that belong to one connection. */
function passedOn(raw: readonly string[], change: (name: string, value: string) => string): string[] {
  const all: string[] = [];
  for (let index = 0; index < raw.length; index += 2) {
    const [name = "", value = ""] = raw.slice(index, index + 2);
    if (!/^(content-length|connection)$/i.test(name)) all.push(name, change(name.toLowerCase(), value));
  }
  return all;
}

/**
 * Stands before the bare gateway, and before S3, to which it has presigned URLs lead through itself: what they sign is
 * the host of S3, which it puts back. Calls of the SDK have signed this proxy's host, and go on as they are. What
 * `standIn` answers goes nowhere.
 */
export async function startBreakingProxy(
  gateway: string,
  s3: string,
  standIn: (passing: Passing) => RawAnswer | undefined,
): Promise<BreakingProxy> {
  const [gatewayAt, s3At] = [new URL(gateway), new URL(s3)];

  const through = async (passing: Passing): Promise<RawAnswer> => {
    const changed = proxy.breach.request?.(passing) ?? passing;
    if (isAnswer(changed)) return changed;
    const { method, path, headers, body, isS3 } = changed;
    const url = `${isS3 ? s3At.origin : gatewayAt.origin}${path}`;
    const given = standIn(changed) ?? (await sendRaw({ method, url, headers, body }));
    return proxy.breach.answer?.(given, passing) ?? given;
  };
  const led = ({ status, headers, body }: RawAnswer): RawAnswer => {
    const lead = (text: string) =>
      text.replaceAll(s3At.origin, `${proxy.url}${SIGNED}`).replaceAll(gatewayAt.origin, proxy.url);
    const { location } = headers;
    const isJson = String(headers["content-type"]).includes("json");
    return {
      status,
      headers: { ...headers, ...(location !== undefined && { location: lead(location) }) },
      body: isJson ? Buffer.from(lead(body.toString("utf8"))) : body,
    };
  };

  const server = http.createServer(
    { maxHeaderSize: 65_536, requireHostHeader: false },
    async (request, response) => {
      const chunks: Buffer[] = [];
      try {
        for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      } catch {
        // As API Gateway does: a request that was cut off goes nowhere, unless that is what is broken.
        if (!proxy.breach.passesCut) return;
      }
      const { url = "/", method = "", rawHeaders } = request;
      const isSigned = url.startsWith(`${SIGNED}/`);
      const isApi = url.startsWith(`${gatewayAt.pathname}/`);
      const own = new URL(proxy.url).host;
      const host = isSigned ? s3At.host : isApi ? gatewayAt.host : own;
      const target = /\.(\w+)$/.exec(String(request.headers["x-amz-target"] ?? ""))?.[1];
      try {
        const given = await through({
          method,
          path: isSigned ? url.slice(SIGNED.length) : url,
          headers: passedOn(rawHeaders, (name, value) => (name === "host" && value === own ? host : value)),
          body: Buffer.concat(chunks),
          isS3: !isApi,
          ...(target !== undefined && { target }),
        });
        const { "content-length": _, "transfer-encoding": __, connection: ___, ...others } = given.headers;
        const answer = led({ ...given, headers: others });
        response.writeHead(answer.status, answer.headers).end(answer.body);
      } catch {
        response.destroy();
      }
    },
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const proxy: BreakingProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    breach: {},
    close: () => server.close().closeAllConnections(),
  };
  return proxy;
}
