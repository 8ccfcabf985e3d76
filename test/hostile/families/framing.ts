import { type Attack, type Family, refusedOrUnknown } from "../attack.ts";
import { uploadFaults } from "../victim.ts";

const data = Buffer.from("a few bytes of an image, and a few more");
const chunk = (bytes: Uint8Array, size = bytes.length.toString(16), extension = "") =>
  Buffer.concat([Buffer.from(`${size}${extension}\r\n`, "latin1"), bytes, Buffer.from("\r\n")]);
const last = Buffer.from("0\r\n\r\n");

const badLengths = [
  "-1",
  "+39",
  "39, 39",
  "0x27",
  "3 9",
  "1e2",
  "39.0",
  "",
  "99999999999999999999",
  "NaN",
  "٣٩",
];
const badCodings = [
  "gzip, chunked",
  "gzip",
  "deflate, chunked",
  "chunked, gzip",
  "chunked, chunked",
  "xchunked",
  "identity",
  "chunked;q=1",
  "compress, gzip, chunked",
  ",chunked",
  "chunked,",
  "cow",
];
const badSizes = ["-1", "zz", "0x27", "FFFFFFFFFFFFFFFFF", "27 27", "", "2 7", "27\t", "+27", "1_0"];

interface Framed {
  readonly what: string;
  readonly headers: readonly string[];
  readonly body: readonly Uint8Array[];
  /** What the framing says the data is; absent where the request may not be taken. */
  readonly bytes?: Uint8Array;
  readonly isBroken?: boolean;
  readonly mostAnswers?: number;
}

/** PUTs of image data whose framing is wrong, unusual, or ends too early. */
export const framing: Family = {
  name: "framing",
  draw: async ({ random, world, attacker }): Promise<Attack> => {
    const door = random.pick(["ingress", "ingress", "ingress", "gateway"] as const);
    const id = await attacker.client.create();
    const smuggled = Buffer.from(
      `DELETE ${world.target(door, `/v2/images/${random.pick(world.bystanders)}`)} HTTP/1.1\r\nHost: hostile.test\r\n\r\n`,
    );
    const chunked = "Transfer-Encoding: chunked";
    const length = (value: string | number) => `Content-Length: ${value}`;
    const cut = 1 + random.below(data.length - 1);
    const forms: readonly (() => Framed)[] = [
      () => ({ what: "both lengths", headers: [length(data.length), chunked], body: [chunk(data), last] }),
      () => ({ what: "two lengths", headers: [length(data.length), length(cut)], body: [data] }),
      () => {
        const bad = random.pick(badLengths);
        return { what: `length ${bad}`, headers: [length(bad)], body: [data], mostAnswers: 2 };
      },
      () => {
        const coding = random.pick(badCodings);
        return {
          what: `coding ${coding}`,
          headers: [`Transfer-Encoding: ${coding}`],
          body: [chunk(data), last],
        };
      },
      () => {
        const size = random.pick(badSizes);
        return {
          what: `chunk size ${size}`,
          headers: [chunked],
          body: [chunk(data, size), last],
          isBroken: true,
        };
      },
      () => ({
        what: "chunk larger than said",
        headers: [chunked],
        body: [chunk(data, cut.toString(16)), last],
        isBroken: true,
      }),
      () => ({ what: "no last chunk", headers: [chunked], body: [chunk(data)], isBroken: true }),
      () => ({ what: "short body", headers: [length(data.length + 1 + cut)], body: [data], isBroken: true }),
      () => ({
        what: "a request after the body",
        headers: [length(data.length)],
        body: [data, smuggled],
        bytes: data,
        mostAnswers: 2,
      }),
      () => ({
        what: "a request after the last chunk",
        headers: [chunked],
        body: [chunk(data), last, smuggled],
        bytes: data,
        mostAnswers: 2,
      }),
      () => ({
        what: "trailers",
        headers: [chunked, "Trailer: X-Auth-Token, Content-Length"],
        body: [chunk(data), Buffer.from("0\r\nX-Auth-Token: other\r\nContent-Length: 1\r\n\r\n")],
        bytes: data,
      }),
      () => ({
        what: "chunk extensions",
        headers: [chunked],
        body: [chunk(data, undefined, `;a="${"b".repeat(random.below(500))}"`), last],
        bytes: data,
      }),
      () => ({
        what: "byte by byte",
        headers: [chunked],
        body: [...[...data].map((byte) => chunk(Buffer.from([byte]))), last],
        bytes: data,
      }),
      () => ({
        what: "another size stated",
        headers: [
          chunked,
          `X-OpenStack-Image-Size: ${random.pick([cut, data.length + cut, "-1", "x", "1e3", ""])}`,
        ],
        body: [chunk(data), last],
      }),
    ];
    const framed = random.pick(forms)();
    const head = [
      `PUT ${world.target(door, `/v2/images/${id}/file`)} HTTP/1.1`,
      "Host: hostile.test",
      `X-Auth-Token: ${attacker.client.token}`,
      "Content-Type: application/octet-stream",
      ...framed.headers,
    ];
    return {
      what: `PUT of data with ${framed.what}`,
      door,
      method: "PUT",
      pieces: [Buffer.from(`${head.join("\r\n")}\r\n\r\n`, "latin1"), ...framed.body],
      halfClose: framed.isBroken === true,
      mayBeCut: true,
      mostAnswers: framed.mostAnswers ?? 1,
      allowed: (answer) => refusedOrUnknown(answer) || (framed.bytes !== undefined && answer.status === 204),
      after: async (outcome) => {
        const faults = await uploadFaults(attacker, id, framed.bytes, outcome);
        await attacker.client.fetch(`/v2/images/${id}`, { method: "DELETE" });
        return faults;
      },
    };
  },
};
