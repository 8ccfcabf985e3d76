import type { Task, TaskInput } from "../../domain/task.ts";
import { taskKey } from "./keys.ts";

const ITEM_VERSION = 1;

type Item = Record<string, unknown>;

/** When DynamoDB's TTL removes what belongs to a task; nothing before it is over. */
export const taskExpiry = ({ expires_at }: Task): { readonly expires_at_ttl?: number } =>
  expires_at === null ? {} : { expires_at_ttl: Math.ceil(Date.parse(expires_at) / 1000) };

/** What a caller has sent is one text: DynamoDB's own nesting ends before JSON's. */
export const taskItem = ({ input, ...task }: Task): Item => ({
  ...taskKey(task.id),
  v: ITEM_VERSION,
  ...task,
  input: JSON.stringify(input),
  ...taskExpiry({ ...task, input }),
});

export function taskOf(item: Item): Task {
  const { pk, sk, v, expires_at_ttl, input, ...task } = item;
  return { ...task, input: JSON.parse(String(input)) as TaskInput } as unknown as Task;
}
