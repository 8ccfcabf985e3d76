import { all, any, facet, isGone, isNew, request, status } from "../differential/conditions.ts";
import type { Difference } from "../differential/differences.ts";
import type { Exception } from "../differential/exceptions.ts";

/** UTF-8 read as Latin-1. */
const latin1 = (text: string): string => Buffer.from(text, "utf8").toString("latin1");
const isLink = ({ facet }: Difference): boolean => /^location$|\.self$/.test(facet);
const list = request(/ GET \/v2\/metadefs\/namespaces(\?| |$)/);
const inOrder = (text: string): string => text.split(" ").sort().join(" ");

/** What the body names cannot be named in a path. */
const unreachableName = request(
  /"(name|namespace)":"(|\.|\.\.|[^"]*\\([tn]|u0000)[^"]*)"|\{"(|a\\u0000b)":\{/,
);
const longName = request(/"(name|prefix|properties_target)":"x{81}|\{"x{81}":\{/);

/** What differs on purpose, or because the reference is older or accidental. */
export const exceptions: readonly Exception[] = [
  {
    documentedAs: "| links to namespaces and objects |",
    applies: all(isLink, ({ reference, here }) => reference.trim() === decodeURIComponent(here).trim()),
  },
  {
    documentedAs: "| order of objects, and of resource types |",
    applies: ({ facet, reference, here }) =>
      /\.(objects|resource_types)\[\]$/.test(facet) && inOrder(reference) === inOrder(here),
  },
  // Queries.
  {
    documentedAs: "| a parameter of a list of definitions given several times |",
    applies: all(request(/[?&](\w+)=.*&\1=/), ({ facet }) => facet.startsWith("body.")),
  },
  {
    documentedAs: "| end of a list |",
    applies: all(list, facet("body.pages"), ({ reference, here }) => reference === `${here} | `),
  },
  {
    documentedAs: "| a `limit` of namespaces that is no number, an unknown `sort_key` |",
    applies: all(request(/ GET .*[?&](sort_key|limit)=/), status(500, 400)),
  },
  {
    documentedAs: "| `limit` with a sign or blanks |",
    applies: all(request(/[?&]limit=(\+|%20)/), status(200, 400)),
  },
  {
    documentedAs: "| an empty `marker` of namespaces |",
    applies: all(list, request(/marker=(&|$)/), status(404, 200)),
  },
  {
    documentedAs: "| other parameters than `resource_type` for one namespace or property |",
    applies: all(request(/ GET \/v2\/metadefs\/namespaces\/[^?]*\?/), status(/500|400/, /200|404/)),
  },
  {
    documentedAs: "| order of namespaces by `updated_at` |",
    applies: all(list, request(/sort_key=updated_at/), facet("body.namespaces[]")),
  },
  // Names.
  {
    documentedAs: "| names with a slash |",
    applies: all(
      request(/ \S+ \/v2\/metadefs\/\S*%2F/),
      any(status(404, /200|201|204|400/), ({ reference, here }) => `/${reference}` === here),
    ),
  },
  {
    documentedAs: "| names in a URL outside ASCII |",
    applies: all(
      request(/ \S+ \/v2\/metadefs\/\S*%[C-F]/),
      any(
        status(404, /200|201|204|409/),
        all(facet("body.name"), ({ reference, here }) => latin1(here) === reference),
      ),
    ),
  },
  {
    documentedAs: "| names of definitions that are empty, `.` or `..`, or have control characters |",
    applies: any(
      all(unreachableName, status(/200|201/, 400)),
      all(request(/[-/](%0[09A]|a%0Ab|\.\.?)(\/objects(\/o)?)?( |$)/), status(/20[014]/, /400|404/)),
    ),
  },
  {
    documentedAs: "| names in a list, or in the content of a new namespace, above 80 characters |",
    applies: all(longName, status(/200|201/, 400)),
  },
  {
    documentedAs: "| a name that is twice in one request or too long, from those who may not write |",
    applies: all(request(/ POST .*(x{81}|"name":"(\w+)".*"name":"\2")/), status(/403|404/, /400|409/)),
  },
  // Bodies.
  {
    documentedAs: "| JSON array as body |",
    applies: all(request(/ (POST|PUT) \S+ \[/), status(500, 400)),
  },
  {
    documentedAs: "| half a surrogate pair |",
    applies: all(request(/\\ud800/), status(500, 400)),
  },
  {
    documentedAs: "| 4-byte Unicode |",
    applies: all(request(/\u{1F600}/u), status(400, /200|201|404/)),
  },
  {
    documentedAs: "| `NaN` and `Infinity` in JSON |",
    applies: all(request(/: NaN\}/), facet("text")),
  },
  {
    documentedAs: "| a body at DELETE of a property or of all of a kind |",
    applies: all(request(/ DELETE \S+ ./), any(status(500, 400), facet("text"))),
  },
  {
    documentedAs: "| unknown members in the content of a new namespace, ",
    applies: any(
      all(request(/ (POST|PUT) /), status(500, 400)),
      all(request(/"enum":\[null\]/), status(201, 400)),
    ),
  },
  {
    documentedAs: "| `minimum` and others beyond 2^53 |",
    applies: all(request(/:100000000000000000000\}/), status(201, 400)),
  },
  {
    documentedAs: "| a property's `name` beside the key that names it |",
    applies: all(({ facet }) => /properties\..*\.name$/.test(facet), isGone),
  },
  {
    documentedAs: "| empty lists in the answer to a change |",
    applies: all(
      request(/ (POST|PUT) /),
      ({ facet }) => /^body\..*(\[\]|properties)$/.test(facet),
      isGone,
      ({ reference }) => reference === "" || reference === "{}",
    ),
  },
  {
    documentedAs: "| `default` of a property that is null |",
    applies: all(
      ({ facet }) => /\bdefault$/.test(facet),
      ({ reference }) => reference === "object null",
      isGone,
    ),
  },
  {
    documentedAs: "| `default` of a property that is a list or an object, or not ASCII |",
    applies: any(
      all(
        ({ facet }) => /\bdefault$/.test(facet),
        ({ reference }) => reference === "object null",
      ),
      all(request(/"default":"[^"]*\xfc/), status(400, /200|201/)),
    ),
  },
  {
    documentedAs: "| an empty owner of a new namespace |",
    applies: all(request(/ POST .*"owner":""/), facet("body.owner"), ({ reference }) => reference === ""),
  },
  {
    documentedAs: "| what only the service sets, in the content of a new namespace |",
    applies: all(
      request(/ POST \/v2\/metadefs\/namespaces \{.*"(created_at|self)":/),
      any(
        status(500, 201),
        all(({ facet }) => facet.endsWith(".created_at"), isGone),
      ),
    ),
  },
  // As for images.
  {
    documentedAs: "| deeply nested JSON |",
    applies: all(request(/\[{50}/), any(status(500, /400|413/), facet("text"))),
  },
  {
    documentedAs: "| a path with `..` or `//` in it |",
    applies: all(request(/\/metadefs\/\/namespaces/), status(/200|400|405/, 404)),
  },
  {
    documentedAs: "| escapes in a URL that are no UTF-8, or no escapes |",
    applies: any(
      all(request(/[?&](unknown=)?%FF/), status(400, 200)),
      all(request(/(%(FF|ED%A0%80|C3|zz)?|%2e%2e)(\/objects)?$/), status(/500|404|200|204/, 400)),
    ),
  },
  {
    documentedAs: "| OPTIONS without a preflight |",
    applies: all(request(/: OPTIONS /), status(200, /404|405|501/)),
  },
  {
    documentedAs: "| `x-openstack-request-id` of a 401 and of the versions |",
    applies: all(facet("x-openstack-request-id"), isNew, ({ statuses }) => /401/.test(statuses.here)),
  },
  {
    documentedAs: "| error bodies without a named `Accept` |",
    applies: all(facet("form"), ({ reference, here }) => reference === "text" && here === "HTML"),
  },
];
