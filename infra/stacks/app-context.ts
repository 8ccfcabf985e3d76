import type { App } from "aws-cdk-lib";
import { ownValue } from "../../shared/own-value.ts";
import { nearestName } from "../../shared/text/nearest-name.ts";
import { InvalidDeployment } from "./invalid-deployment.ts";

/** What the context says of a deployment, besides its settings. */
export interface AppContext {
  /** Options with their values, not looked at yet. */
  readonly settings: unknown;
  /** Prefix of the stacks' names: several deployments in one account have one each. */
  readonly name: string;
  /** Of the API. */
  readonly stage: string;
  /** Of all stacks and what is in them. */
  readonly tags: Readonly<Record<string, string>>;
  /** Keeps the stack of the state from being deleted. */
  readonly terminationProtection: boolean;
  /** False where the account has a role for API Gateway's logs already. */
  readonly accountLogRole: boolean;
  /** True where IAM judges transactions without partition keys (docs/aws.md). */
  readonly transactionsWithoutKeys: boolean;
}

const members = [
  ...["settings", "name", "stage", "tags", "terminationProtection", "accountLogRole"],
  "transactionsWithoutKeys",
] as const satisfies readonly (keyof AppContext)[];

type Members = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An object of the context, which `-c` hands over as a text. */
function objectOf(key: string, value: unknown): Members {
  let object = value ?? {};
  if (typeof object === "string") {
    try {
      object = JSON.parse(object);
    } catch {
      throw new InvalidDeployment(`context ${key}: expected a JSON object`);
    }
  }
  if (!isObject(object)) throw new InvalidDeployment(`context ${key}: expected an object`);
  return object;
}

/** The member of `deployments` that the context's `deployment` names; nothing when it names none. */
function chosenDeployment(app: App): Members {
  const name: unknown = app.node.tryGetContext("deployment");
  if (name === undefined) return {};
  const deployments = objectOf("deployments", app.node.tryGetContext("deployments"));
  const chosen = ownValue(deployments, String(name));
  if (chosen === undefined) {
    const nearest = nearestName(String(name), Object.keys(deployments));
    const advice = nearest === undefined ? "there are none" : `did you mean ${nearest}?`;
    throw new InvalidDeployment(`context deployment: no ${name} in the context's deployments: ${advice}`);
  }
  const deployment = objectOf(`deployments: ${name}`, chosen);
  const unknown = Object.keys(deployment).find((key) => !members.some((member) => member === key));
  if (unknown !== undefined)
    throw new InvalidDeployment(
      `context deployments: ${name}: no such member: ${unknown}: did you mean ${nearestName(unknown, members)}?`,
    );
  return deployment;
}

function named(key: string, value: unknown): string {
  // Narrower than what stacks and stages each allow: one rule for both.
  if (typeof value === "string" && /^[a-zA-Z][a-zA-Z0-9]{0,40}$/.test(value)) return value;
  throw new InvalidDeployment(`context ${key}: expected a letter, then at most 40 letters and digits`);
}

function flag(key: string, value: unknown): boolean {
  const text = String(value);
  if (text !== "true" && text !== "false")
    throw new InvalidDeployment(`context ${key}: expected true or false`);
  return text === "true";
}

/** AWS's own rules ("Tagging AWS resources", naming limits); CloudFormation takes 50 of a stack. */
const MOST_TAGS = 50;
const isTagText = (text: string, most: number): boolean =>
  text.length <= most && /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(text);

function tagsOf(value: unknown): Readonly<Record<string, string>> {
  const tags = Object.entries(objectOf("tags", value)).map(([key, text]) => [key, String(text)] as const);
  for (const [key, text] of tags) {
    if (key === "" || !isTagText(key, 128) || /^aws:/i.test(key))
      throw new InvalidDeployment(
        `context tags: ${key}: expected 1 to 128 letters, digits, spaces and _.:/=+-@, not beginning with aws:`,
      );
    if (!isTagText(text, 256))
      throw new InvalidDeployment(
        `context tags: ${key}: expected a value of at most 256 letters, digits, spaces and _.:/=+-@`,
      );
  }
  if (tags.length > MOST_TAGS) throw new InvalidDeployment(`context tags: expected at most ${MOST_TAGS}`);
  return Object.fromEntries(tags);
}

/**
 * Reads the context. What the member of `deployments` says that `deployment` names goes before what stands beside it; of
 * settings, option by option. Throws InvalidDeployment, one line, for what is misspelled or of no use.
 */
export function readAppContext(app: App): AppContext {
  const chosen = chosenDeployment(app);
  const of = (key: keyof AppContext): unknown => ownValue(chosen, key) ?? app.node.tryGetContext(key);
  const common = app.node.tryGetContext("settings");
  return {
    settings:
      chosen.settings === undefined
        ? common
        : { ...objectOf("settings", common), ...objectOf("settings", chosen.settings) },
    name: named("name", of("name") ?? "glance"),
    stage: named("stage", of("stage") ?? "prod"),
    tags: tagsOf(of("tags")),
    terminationProtection: flag("terminationProtection", of("terminationProtection") ?? true),
    accountLogRole: flag("accountLogRole", of("accountLogRole") ?? true),
    transactionsWithoutKeys: flag("transactionsWithoutKeys", of("transactionsWithoutKeys") ?? false),
  };
}
