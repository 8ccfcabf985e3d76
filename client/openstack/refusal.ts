import { refusalMessage } from "../protocol/refusal-message.ts";
import type { Answer } from "../transfer/exchange.ts";

const plain = (text: string): string =>
  text
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 1000);

/** What a service says about a request that it refused: Glance's, Keystone's or a gateway's form. One line. */
export function refusalText(answer: Answer): string {
  const text = answer.body.toString("utf8");
  const message = refusalMessage(text);
  if (message !== undefined) return plain(message);
  const [, , title = "", body = ""] = /<body>\s*(<h1>(.*?)<\/h1>)?([\s\S]*)<\/body>/.exec(text) ?? [];
  if (plain(body) !== "") return plain(body);
  if (title !== "") return plain(title);
  return `HTTP status ${answer.status}`;
}
