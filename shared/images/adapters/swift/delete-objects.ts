import type { SwiftClient } from "./swift-client.ts";

const AT_ONCE = 8;
const PAGE = 1000;

/** Deletes all objects that a container lists, eight at a time. A container that is gone is fine. */
export async function deleteObjects(client: SwiftClient, container: string): Promise<void> {
  for (let marker = ""; ; ) {
    const answer = await client({
      what: "list parts",
      method: "GET",
      path: [container],
      query: { format: "json", limit: String(PAGE), marker },
      answers: [404],
    });
    if (answer.status !== 200) return;
    const names = JSON.parse(Buffer.from(answer.body).toString()).map(({ name }: { name: string }) => name);
    const waiting = [...names].values();
    const work = async () => {
      for (const name of waiting)
        await client({ what: "delete a part", method: "DELETE", path: [container, name], answers: [404] });
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    if (names.length < PAGE) return;
    marker = names.at(-1);
  }
}
