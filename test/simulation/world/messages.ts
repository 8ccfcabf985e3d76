import type { WorkQueue } from "../../../shared/aws/work-queue.ts";

export type MessageKind = "finalize" | "sources" | "delete" | "copy" | "notify" | "cache" | "import";

/** A message in a queue. */
export interface Message {
  /** What sent it, and its how many-th: the same in every run of a history. */
  readonly name: string;
  readonly kind: MessageKind;
  readonly body: Readonly<Record<string, string>>;
  /** Milliseconds: nobody gets it before. */
  readonly visibleAt: number;
  readonly tries: number;
}

const nobodyYet = (): Promise<never> =>
  Promise.reject(
    new TypeError("no client here has data of other hosts fetched or converted, or uploads into a folder"),
  );

/** A queue that hands its messages to whoever carries them out, named by who is at work. */
export function queueOf(
  sender: () => { readonly name: string; count(name: string): number },
  send: (message: Message) => void,
  now: () => number,
): WorkQueue {
  const put = async (kind: MessageKind, body: object, delaySeconds = 0): Promise<void> => {
    const { name } = sender();
    send({
      name: `${kind}:${name}/${sender().count("message")}`,
      ...{ kind, body: { ...body } },
      visibleAt: now() + delaySeconds * 1000,
      tries: 0,
    });
  };
  return {
    finalize: (body, delay) => put("finalize", body, delay),
    readSource: (body, delay) => put("sources", body, delay),
    deleteBytes: (body) => put("delete", body),
    copy: (body, delay) => put("copy", body, delay),
    notify: (body) => put("notify", body),
    place: nobodyYet,
    import: (body, delay) => put("import", body, delay),
    fetch: nobodyYet,
    convert: nobodyYet,
    cache: (body, delay) => put("cache", body, delay),
  };
}
