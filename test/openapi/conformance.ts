import { faultsOf, type Operation, operations } from "./documented.ts";

/** One call as it went over the wire. */
export interface Exchange {
  readonly method: string;
  /** With its query, without any prefix. */
  readonly target: string;
  readonly contentType?: string | undefined;
  readonly sent?: unknown;
  readonly answer: Response;
}

const form = (path: string) => new RegExp(`^${path.replaceAll(".", "\\.").replace(/\{\w+\}/g, "[^/]+")}$`);
const variables = ({ path }: Operation): number => path.split("{").length;

/** The documented operation of a request: of several that match, that with the most words of its own. */
function operationOf(method: string, path: string): Operation | undefined {
  const matching = operations.filter((each) => each.method === method && form(each.path).test(path));
  return matching.sort((one, other) => variables(one) - variables(other))[0];
}

/** Any name is a parameter where one stands for all custom properties. */
const takesAnyQuery = ({ parameters }: Operation): boolean =>
  parameters.some(({ in: place, schema }) => place === "query" && schema.type === "object");

function queryFaults(operation: Operation, query: URLSearchParams): string[] {
  if (takesAnyQuery(operation)) return [];
  const known = operation.parameters.filter((each) => each.in === "query").map(({ name }) => name);
  return [...query.keys()]
    .filter((key) => !known.includes(key))
    .map((key) => `query ${key} is not documented`);
}

function requestFaults(
  { requestBody }: Operation,
  { sent, contentType = "application/json" }: Exchange,
): string[] {
  if (sent === undefined) return requestBody?.required ? ["no body was needed"] : [];
  const media = requestBody?.content[contentType];
  if (!media) return [`a body of type ${contentType} is not documented`];
  return typeof sent === "object" && !(sent instanceof Uint8Array) ? faultsOf(sent, media.schema, true) : [];
}

async function answerFaults({ responses }: Operation, { method, answer }: Exchange): Promise<string[]> {
  const documented = responses[answer.status];
  const text = await answer.text();
  if (!documented) return [`the status is not documented; the body is ${text.slice(0, 300)}`];
  const headers = Object.entries(documented.headers ?? {}).flatMap(([name, { required, schema }]) => {
    const value = answer.headers.get(name);
    if (value === null) return required ? [`header ${name} is missing`] : [];
    return faultsOf(value, schema).map((fault) => `header ${name}${fault}`);
  });
  if (method === "HEAD") return headers;
  const type = answer.headers.get("content-type")?.split(";")[0] ?? "";
  const media = documented.content?.[type];
  if (!documented.content) return text === "" ? headers : [...headers, `a body is not documented: ${text}`];
  if (!media) return [...headers, `the type ${type} is not documented`];
  const body: unknown = type === "application/json" ? JSON.parse(text) : text;
  return [...headers, ...faultsOf(body, media.schema)];
}

/** Compares exchanges with the document, and remembers which of its answers it has seen. */
export function conformance() {
  const met = new Set<string>();
  return {
    /** All that is not as the document says; nothing is empty. */
    async faults(exchange: Exchange): Promise<string[]> {
      const { method, target, answer } = exchange;
      const url = new URL(target, "http://service");
      const operation = operationOf(method, url.pathname);
      if (!operation) return [`${method} ${url.pathname} is not documented`];
      met.add(`${operation.operationId} ${answer.status}`);
      const isGood = answer.status < 400;
      const all = [
        ...(isGood ? queryFaults(operation, url.searchParams) : []),
        ...(isGood ? requestFaults(operation, exchange) : []),
        ...(await answerFaults(operation, exchange)),
      ];
      return all.map((fault) => `${operation.operationId} ${answer.status} ${target}: ${fault}`);
    },
    /** Documented successes that no exchange has had; of operations without any, their 404. */
    unmet(): string[] {
      return operations
        .flatMap(({ operationId, responses }) => {
          const successes = Object.keys(responses).filter((status) => Number(status) < 400);
          return (successes.length > 0 ? successes : ["404"]).map((status) => `${operationId} ${status}`);
        })
        .filter((each) => !met.has(each));
    },
    met: () => met.size,
  };
}
