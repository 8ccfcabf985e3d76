import { all, any, facet, isGone, isNew, request, status } from "./conditions.ts";
import type { Difference } from "./differences.ts";

export interface Exception {
  /** The beginning of its row in docs/compatibility.md, which also has the reason. */
  readonly documentedAs: string;
  readonly applies: (difference: Difference) => boolean;
}

/** UTF-8 read as Latin-1. */
const latin1 = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

const download = request(/ GET \/v2\/images\/[^?]*\/file/);
const create = request(/ POST \/v2\/images /);
const change = request(/ PATCH \/v2\/images\//);
const list = request(/ GET \/v2[.\d]*\/images(\?| |$)/);
const schema = request(/ GET \/v2\/schemas\/images?$/);

/** What differs from the reference on purpose, or because the reference has an older API or other settings. */
export const exceptions: readonly Exception[] = [
  // Other settings of the reference.
  {
    documentedAs: "| several stores |",
    applies: any(
      all(facet("openstack-image-store-ids"), isGone),
      all(({ facet }) => facet.endsWith(".stores"), isGone),
      all(request(/ GET \/v2\/info\/stores(\/detail)?$/), status(/200|403/, 404)),
      all(schema, ({ facet }) => /properties\.stores\./.test(facet), isGone),
    ),
  },
  {
    documentedAs: "| `stores` in the image schema |",
    applies: all(schema, ({ facet }) => facet.includes("patternProperties"), isNew),
  },
  {
    documentedAs: "| import methods |",
    applies: any(
      all(facet("openstack-image-import-methods"), ({ reference }) => reference.endsWith(",glance-download")),
      all(request(/ GET \/v2\/info\/import/), facet("body.import-methods.value[]")),
    ),
  },
  {
    documentedAs: "| image schema |",
    applies: all(
      schema,
      any(
        ({ facet }) => facet.endsWith(".description"),
        all(({ facet }) => facet.includes(".locations.items.properties.validation_data."), isGone),
        all(({ facet }) => /\.min_(ram|disk)\.(min|max)imum$/.test(facet), isNew),
      ),
    ),
  },
  // An older API.
  {
    documentedAs: "| versions document |",
    applies: all(facet("body.versions[]"), ({ reference }) => reference.startsWith("v2.16 ")),
  },
  // Refused there by accident, or accepted.
  {
    documentedAs: "| a request id above 64 characters |",
    applies: all(request(/limit=0$/), status(500, 431)),
  },
  {
    documentedAs: "| JSON array as body |",
    applies: all(create, request(/\[\]$/), status(500, 400)),
  },
  {
    documentedAs: "| `os_hash_algo`, `os_hash_value`, `stores` on create or PATCH |",
    applies: any(
      all(create, request(/"os_hash_(algo|value)"/), status(201, 403)),
      all(change, request(/\/stores"/), status(/200|409/, 403)),
    ),
  },
  {
    documentedAs: "| `add /owner` by a member |",
    applies: all(change, request(/"add","path":"\/owner"/), status(200, 403)),
  },
  {
    documentedAs: "| names of Glance's own fields as properties: `image_id`, `extra_properties`, `member` |",
    applies: all(change, request(/"\/(image_id|extra_properties|member)"/)),
  },
  {
    documentedAs: "| a PATCH whose pointer is no text |",
    applies: all(change, request(/"(path|add)":(null|\d|\[)/), status(500, 400)),
  },
  {
    documentedAs: "| names of more than 255 characters in a PATCH |",
    applies: all(change, request(/"\/x{256}/), any(status(/200|409/, 400), status(200, 409))),
  },
  {
    documentedAs: "| half a surrogate pair |",
    applies: all(any(create, change), request(/\\ud800|\\udc00|\\ude00\\ud83d/), status(500, 400)),
  },
  {
    documentedAs: "| 4-byte Unicode |",
    applies: any(
      all(any(create, change), request(/\\ud83d\\ude00/), status(400, /200|201/)),
      ({ facet, here }) => facet.startsWith("body.") && `${facet} ${here}`.includes("\u{1F600}"),
    ),
  },
  {
    documentedAs: "| deeply nested JSON |",
    applies: all(any(create, change), request(/\[{50}|(\{"a":){50}/), status(500, /400|413/)),
  },
  {
    documentedAs: "| `NaN` and `Infinity` in JSON |",
    applies: all(any(create, change), request(/: (NaN|Infinity)\}/), facet("text")),
  },
  {
    documentedAs: '| owner `""` |',
    applies: all(create, request(/"owner":""/), facet("body.owner"), ({ here }) => here === "object null"),
  },
  {
    documentedAs: "| media type of a PATCH in capitals |",
    applies: all(change, ({ exchange }) => /[A-Z]/.test(exchange.type), status(415, /200|404/)),
  },
  {
    documentedAs: "| empty name of a property, `__proto__` |",
    applies: any(
      all(create, request(/\{"":/), status(201, 400)),
      all(change, request(/"\/"/), any(status(/200|409/, 400), status(200, 409))),
    ),
  },
  {
    documentedAs: "| range of `min_ram` and `min_disk` |",
    applies: all(create, request(/"min_(ram|disk)":(-1|2147483648)/), status(403, 400)),
  },
  {
    documentedAs: "| a tag given twice |",
    applies: all(create, ({ exchange }) => /(?:"n0".*){2}/s.test(exchange.sent), status(413, 201)),
  },
  // Members.
  {
    documentedAs: "| a member's id that is a list or true, or longer than 255 bytes |",
    applies: any(
      all(request(/\/members \{"member": (\[|\{|true)/), status(/500|200/, 400)),
      all(request(/ GET .*\/members$/), facet("body.members[]"), ({ reference, here }) => {
        const ids = here.split(" ");
        return (
          reference
            .split(" ")
            .filter((id) => !ids.includes(id))
            .join() === "1"
        );
      }),
    ),
  },
  {
    documentedAs: "| a member's id that is a number |",
    applies: all(facet("body.member_id"), ({ reference, here }) => reference === `number ${here}`),
  },
  // Lists.
  {
    documentedAs: "| `next` and `first` with a key given several times |",
    applies: all(list, facet("body.first", "body.next"), request(/[?&](\w+)=.*&\1=/)),
  },
  {
    documentedAs: "| end of a list |",
    applies: all(list, facet("body.pages"), ({ reference, here }) => reference === `${here} | `),
  },
  {
    documentedAs: "| pages sorted by what some images lack |",
    applies: all(list, facet("body.pages"), request(/sort=size:asc/), ({ reference, here }) =>
      here.startsWith(reference.replace(/ \| $/, "")),
    ),
  },
  {
    documentedAs: "| `marker` of an image deleted meanwhile |",
    applies: all(list, request(/marker=/), status(400, 200)),
  },
  {
    documentedAs: "| a backslash before a quote in `in:` |",
    applies: all(list, request(/in:%22a%5C%22b%22/), facet("body.images[]")),
  },
  {
    documentedAs: "| `limit` with a sign or blanks |",
    applies: all(list, request(/limit=(\+|%20)/), status(200, 400)),
  },
  {
    documentedAs: "| a bound beyond 64 bits in a filter |",
    applies: all(list, request(/_min=9{19}/), status(500, 200)),
  },
  {
    documentedAs: "| parameters of a list |",
    applies: all(list, request(/[?&]k{256,}=/), status(200, 400)),
  },
  // Paths.
  {
    documentedAs: "| escapes in a URL that are no UTF-8, or no escapes |",
    applies: any(
      all(request(/\/(%(FF|ED%A0%80|C3|zz)?)$/), status(/500|404|204/, 400)),
      all(list, request(/[=&](%FF|%ED%A0%80|%C3)(=|$)/), status(400, 200)),
    ),
  },
  {
    documentedAs: "| a version named in `Accept` |",
    applies: all(
      ({ exchange }) => /vnd\.openstack/.test(exchange.accept),
      any(status(200, 300), status(/404|300/, 200)),
    ),
  },
  {
    documentedAs: "| a path with `..` or `//` in it |",
    applies: any(
      all(request(/\/\.\.(\/| |$)/), status(/404|204/, 400)),
      all(request(/\/v2\/\/images/), status(200, 404)),
    ),
  },
  {
    documentedAs: "| OPTIONS without a preflight |",
    applies: all(request(/: OPTIONS /), status(200, /300|404|405|501/)),
  },
  {
    documentedAs: "| `GET /v2`, `/v2/` |",
    applies: all(request(/ GET \/v2(\.1)?\/?$/), status(/302|401|404/, 200)),
  },
  {
    documentedAs: "| `/healthcheck` |",
    applies: all(
      request(/ GET \/healthcheck$/),
      any(facet("type"), ({ facet }) => facet.startsWith("body")),
    ),
  },
  {
    documentedAs: "| names in a URL outside ASCII |",
    applies: all(facet("body.tags[]"), ({ reference, here }) => latin1(here) === reference),
  },
  {
    documentedAs: "| an upload that is refused because data is staged or on its way |",
    applies: any(
      all(request(/ PUT \/v2\/images\/[^?]*\/file /), status(204, 409)),
      all(
        ({ script }) => script.includes(" saving "),
        request(/ PUT \/v2\/images\/[^?]*\/(file|stage) /),
        status(/204|500/, 409),
      ),
    ),
  },
  // Bytes.
  {
    documentedAs: "| GET file |",
    applies: all(
      download,
      any(
        all(facet("redirected"), isNew),
        all(facet("x-openstack-request-id"), isGone, ({ exchange }) => exchange.redirected),
      ),
    ),
  },
  {
    documentedAs: "| `Range` of downloads |",
    applies: all(
      download,
      any(
        status(/400|416/, 200),
        all(facet("form"), ({ here }) => here === "text"),
      ),
    ),
  },
  { documentedAs: "| Content-MD5 of downloads |", applies: all(download, facet("content-md5"), isGone) },
  // Errors.
  {
    documentedAs: "| error bodies without a named `Accept` |",
    applies: all(facet("form"), ({ reference, here }) => reference === "text" && here === "HTML"),
  },
  {
    documentedAs: "| error bodies for an `Accept` of `application/*`, or of JSON and HTML alike |",
    applies: all(facet("form"), ({ exchange }) =>
      ["application/*", "text/html, application/json"].includes(exchange.accept),
    ),
  },
  {
    documentedAs: "| `x-openstack-request-id` of a 401 and of the versions |",
    applies: all(facet("x-openstack-request-id"), isNew, ({ statuses }) => /200|300|401/.test(statuses.here)),
  },
];

export const explanationOf = (difference: Difference): Exception | undefined =>
  exceptions.find(({ applies }) => applies(difference));
