import type { Script } from "../script.ts";
import type { Session } from "../session.ts";

const V21 = "application/openstack-images-v2.1-json-patch";
const lengths = [255, 256, 1100, 2100, 5000];
/** Python reads no longer numbers out of a text (sys.set_int_max_str_digits). */
const MOST_DIGITS = 4300;
const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

const create = ({ ask }: Session, body: string) =>
  ask("demo", "POST /v2/images", { body, type: "application/json" });
const patch = ({ ask }: Session, id: string, body: string) =>
  ask("demo", `PATCH /v2/images/${id}`, { body, type: V21 });
const change = (path: string, value: string) => `[{"op": "add", "path": "/${path}", "value": ${value}}]`;

/** Characters that a database, a key or a form of Unicode may have no place for, as JSON escapes. */
const characters = ["\\u0000", "a\\u0000b", "\\u0001", "\\ud83d\\ude00", "\\ufffe", "\\u2028", "\\u007f"];
const halves = ["\\ud800", "a\\udc00b", "\\ude00\\ud83d"];

const numbers = ["2147483647", "2147483648", "9223372036854775808", "1e999", "-1e999", "1e2", "3.0", "-0"];
const moreNumbers = ["1e-9", "1E+1", "NaN", "Infinity", "01", "0x1", `1${"0".repeat(400)}`];

/** No UTF-8, no escapes, and what no path can hold. */
const oddSegments = ["%FF", "%ED%A0%80", "%C3", "%zz", "%", "%00", "a%00b", "%0A", "%7F", "%F0%9F%98%80"];

const inEachPlace = async (session: Session, character: string) => {
  const id = await session.image();
  const text = `"${character}"`;
  for (const body of [
    `{"name": ${text}}`,
    `{"hw_x": ${text}}`,
    `{"x${character}": "v"}`,
    `{"tags": [${text}]}`,
  ])
    await create(session, body);
  for (const [path, value] of [
    ["name", text],
    ["hw_x", text],
    ["tags", `[${text}]`],
    [`x${character}`, '"v"'],
  ] as const) {
    await patch(session, id, change(path, value));
  }
  await session.ask("demo", `GET /v2/images/${id}`);
};

/** Input that is rare and has broken services: lengths, numbers, depths and characters. */
export const unusual: readonly Script[] = [
  {
    name: "long ids in paths",
    run: async ({ ask, image }) => {
      const id = await image({ disk_format: "raw", container_format: "bare" });
      for (const length of lengths) {
        const long = "a".repeat(length);
        await ask("demo", `GET /v2/images/${long}`);
        await ask("demo", `DELETE /v2/images/${long}`);
        await ask("demo", `PATCH /v2/images/${long}`, { json: [] });
        await ask("demo", `GET /v2/images/${long}/file`);
        await ask("demo", `PUT /v2/images/${long}/file`, { body: "bytes" });
        await ask("demo", `PUT /v2/images/${long}/stage`, { body: "bytes" });
        await ask("demo", `PUT /v2/images/${long}/tags/one`);
        await ask("demo", `POST /v2/images/${long}/actions/deactivate`);
        await ask("demo", `GET /v2/images/${long}/members`);
        await ask("demo", `GET /v2/images/${long}/members/${long.slice(0, 1000)}`);
        for (const method of ["GET", "DELETE"])
          await ask("demo", `${method} /v2/images/${id}/members/${long}`);
        await ask("admin", `PUT /v2/images/${id}/members/${long}`, { json: { status: "accepted" } });
        await ask("demo", `DELETE /v2/images/${id}/tags/${long}`);
      }
    },
  },
  {
    name: "long values of filters",
    run: async ({ ask, nonce }) => {
      for (const length of lengths) {
        const digits = "9".repeat(Math.min(length, MOST_DIGITS));
        for (const key of ["id", "name", "owner", "checksum", "tag", "hw_x", "container_format"]) {
          await ask("demo", `GET /v2/images?hw_run=${nonce}&${key}=${"a".repeat(length)}`);
        }
        await ask("demo", `GET /v2/images?marker=${"a".repeat(length)}`);
        await ask("demo", `GET /v2/images?visibility=${"a".repeat(length)}`);
        await ask("demo", `GET /v2/images?hw_run=${nonce}&limit=${digits}`);
        await ask("demo", `GET /v2/images?hw_run=${nonce}&min_ram_min=${digits}`);
        await ask("demo", `GET /v2/images?hw_run=${nonce}&${"k".repeat(length)}=v`);
      }
    },
  },
  {
    name: "odd characters in attributes",
    run: async (session) => {
      for (const character of characters) await inEachPlace(session, character);
    },
  },
  {
    name: "halves of surrogate pairs",
    run: async (session) => {
      for (const half of halves) await inEachPlace(session, half);
    },
  },
  {
    name: "odd characters in paths and queries",
    run: async ({ ask, image, nonce }) => {
      const id = await image();
      for (const odd of oddSegments) {
        await ask("demo", `GET /v2/images/${odd}`);
        await ask("demo", `PUT /v2/images/${id}/tags/${odd}`);
        await ask("demo", `DELETE /v2/images/${id}/tags/${odd}`);
        await ask("demo", `GET /v2/images/${id}/members/${odd}`);
        await ask("demo", `DELETE /v2/images/${id}/members/${odd}`);
        for (const key of ["name", "id", "tag", "hw_x", "owner"])
          await ask("demo", `GET /v2/images?hw_run=${nonce}&${key}=${odd}`);
        await ask("demo", `GET /v2/images?hw_run=${nonce}&${odd}=v`);
        await ask("demo", `GET /v2/images?marker=${odd}`);
      }
    },
  },
  {
    name: "numbers of any size",
    run: async (session) => {
      const id = await session.image();
      for (const number of [...numbers, ...moreNumbers]) {
        for (const name of ["min_disk", "min_ram", "hw_x"]) {
          await create(session, `{"${name}": ${number}}`);
          await patch(session, id, change(name, number));
        }
      }
      await session.ask("demo", `GET /v2/images/${id}`);
    },
  },
  {
    name: "deep and repeated JSON",
    run: async (session) => {
      const { ask, projects } = session;
      const id = await session.image();
      for (const depth of [50, 400, 20_000, 200_000]) {
        await create(session, `{"name": ${nested(depth)}}`);
        await create(session, nested(depth));
        await create(session, `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`);
        await patch(session, id, change("name", nested(depth)));
        await patch(session, id, nested(depth));
        await ask("demo", `POST /v2/images/${id}/members`, {
          body: `{"member": ${nested(depth)}}`,
          type: "application/json",
        });
      }
      await create(session, '{"tags": ["a"], "tags": ["b"], "min_disk": 1, "min_disk": 2}');
      await create(session, '{"hw_x": 1, "hw_x": "text"}');
      await create(session, '{"hw_x": "text", "hw_x": 1}');
      await create(session, '{"self": "x", "self": null}');
      await patch(session, id, '[{"op": "test", "op": "add", "path": "/a", "path": "/hw_y", "value": "v"}]');
      await ask("demo", `POST /v2/images/${id}/members`, {
        body: `{"member": "nobody", "member": "${projects.alt}"}`,
        type: "application/json",
      });
      await ask("demo", `GET /v2/images/${id}`);
    },
  },
  {
    name: "names of nothing",
    run: async (session) => {
      const { ask, nonce } = session;
      await session.image({ name: "", hw_run: nonce });
      await session.image({ name: null, hw_run: nonce });
      await session.image({ name: " ", hw_run: nonce, tags: [""] });
      for (const query of [
        "name=",
        "name=%20",
        "name=eq:",
        "name=in:",
        "name=in:,",
        'name=in:""',
        "tag=",
        "id=",
      ])
        await ask("demo", `GET /v2/images?hw_run=${nonce}&sort=name:asc&${query}`);
      await ask("demo", `GET /v2/images?hw_run=${nonce}&=`);
      await ask("demo", `GET /v2/images?hw_run=${nonce}&=x`);
      await ask("demo", `GET /v2/images?hw_run=${nonce}&&`);
    },
  },
];
