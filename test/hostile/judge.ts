import type { Attack } from "./attack.ts";
import type { Outcome, WireAnswer } from "./wire.ts";

/** No answer may take longer. */
export const SLOWEST_MS = 5000;

/** What an error must not show: a stack, a type of the language, or a secret that was sent. */
const innards =
  /node:internal|\n\s+at \S+ \(|\bTypeError\b|\bRangeError\b|\bSyntaxError\b|node_modules|eyJ[\w-]{20}/;

/** What the server's parser answers without asking us; on AWS it is API Gateway's own. */
const isBare = ({ status, body }: WireAnswer) => [400, 417, 431].includes(status) && body.length === 0;

function bodyFaults({ status, headers, body }: WireAnswer, method: string): string[] {
  const text = body.toString("utf8");
  const faults: string[] = [];
  if (status >= 400 && method !== "HEAD" && text.trim().length < 10) faults.push(`${status} says nothing`);
  if (status >= 400 && innards.test(text)) faults.push(`${status} shows innards: ${text.slice(0, 300)}`);
  if (status >= 400 && method !== "HEAD" && headers.get("content-type") === "application/json") {
    try {
      JSON.parse(text);
    } catch {
      faults.push(`${status} has a body that is no JSON: ${text.slice(0, 200)}`);
    }
  }
  return faults;
}

/** What is wrong with how the service took an attack; nothing is the empty list. */
export async function faultsOf(attack: Attack, outcome: Outcome): Promise<string[]> {
  const {
    allowed = ({ status }) => status >= 200 && status < 500,
    mostAnswers = 1,
    mayBeCut = false,
  } = attack;
  const { answers, ms, ending } = outcome;
  const faults: string[] = [];
  if (answers.length === 0 && !(mayBeCut && ending !== "silent")) faults.push(`no answer, but ${ending}`);
  if (ms > SLOWEST_MS) faults.push(`answered after ${Math.round(ms)} ms`);
  if (answers.length > mostAnswers)
    faults.push(`${answers.length} answers: ${answers.map(({ status }) => status)}`);
  for (const answer of answers) {
    if (!allowed(answer))
      faults.push(`answered ${answer.status}: ${answer.body.toString("utf8").slice(0, 300)}`);
    if (attack.door === "gateway" && isBare(answer)) continue;
    faults.push(...bodyFaults(answer, attack.method));
  }
  if (attack.after) faults.push(...(await attack.after(outcome)));
  return faults;
}
