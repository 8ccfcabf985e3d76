import { randomUUID } from "node:crypto";
import type { ImageClient } from "../../../runtime/image-client.ts";
import { History } from "./history.ts";
import type { Random } from "./random.ts";
import type { ImageState } from "./seen-by.ts";

const visibilities = ["private", "shared", "community"] as const;
const names = ["disk", "linux", "ubuntu", "win", "änd", "z\u{1F600}"];

export interface Person {
  readonly client: ImageClient;
  readonly project: string;
  readonly isAdmin: boolean;
}

/** Keeps each client's catalogue small, so that lists stay a page or two. */
const MOST_IMAGES = 12;

/**
 * One client that changes its own images one request after another, and notes in the model what it asked for and
 * what it was told. A failed answer tells nothing: it looks what has become of it.
 */
export class WritingClient {
  private readonly own = new Map<string, ImageState>();
  readonly counts: Record<string, number> = {};

  private readonly me: Person;
  private readonly other: Person;
  private readonly histories: Map<string, History>;
  private readonly random: Random;

  constructor(me: Person, other: Person, histories: Map<string, History>, random: Random) {
    this.me = me;
    this.other = other;
    this.histories = histories;
    this.random = random;
  }

  async act(): Promise<void> {
    const id = this.random.pick([...this.own.keys()]);
    const most = this.own.size >= MOST_IMAGES;
    const choices = id === undefined ? ["create"] : ["rename", "share", "show", "delete"];
    const action = this.random.pick(most || id === undefined ? choices : [...choices, "create", "create"]);
    this.counts[action] = (this.counts[action] ?? 0) + 1;
    if (action === "create") return this.create();
    const state = this.own.get(id as string) as ImageState;
    if (action === "rename") return this.rename(id as string, state);
    if (action === "share") return this.share(id as string, state);
    if (action === "delete") return this.delete(id as string);
    return this.changeVisibility(id as string, state);
  }

  private async create(): Promise<void> {
    const id = randomUUID();
    const state: ImageState = {
      name: this.random.pick(names),
      visibility: this.random.pick(this.me.isAdmin ? [...visibilities, "public" as const] : visibilities),
    };
    const history = new History(this.me.project);
    this.histories.set(id, history);
    history.begin(state, performance.now());
    const body = JSON.stringify({ id, ...state });
    const response = await this.ask("/v2/images", { method: "POST", body });
    const applied = response ?? (await this.look(id)) !== undefined;
    history.settle(performance.now(), applied);
    if (applied) this.own.set(id, state);
  }

  private rename(id: string, state: ImageState) {
    return this.patch(id, { ...state, name: this.random.pick(names) }, "name");
  }

  private changeVisibility(id: string, state: ImageState) {
    const visibility = this.random.pick(
      this.me.isAdmin ? [...visibilities, "public" as const] : visibilities,
    );
    return this.patch(id, { ...state, visibility }, "visibility");
  }

  private async patch(id: string, after: ImageState, attribute: "name" | "visibility"): Promise<void> {
    const body = JSON.stringify([{ op: "replace", path: `/${attribute}`, value: after[attribute] }]);
    const headers = { "Content-Type": "application/openstack-images-v2.1-json-patch" };
    await this.change(id, after, `/v2/images/${id}`, { method: "PATCH", headers, body }, async () => {
      const image = await this.look(id);
      return image?.[attribute] === after[attribute];
    });
  }

  /** Adds the other project, lets it answer, or removes it again. */
  private async share(id: string, state: ImageState): Promise<void> {
    if (state.visibility !== "shared")
      return this.patch(id, { ...state, visibility: "shared" }, "visibility");
    const { project } = this.other;
    const path = `/v2/images/${id}/members`;
    const statusIs = (wanted: string | undefined) => async () => {
      const response = await this.persist(this.me, `${path}/${project}`);
      if (response.status === 404) return wanted === undefined;
      return ((await response.json()) as { status: string }).status === wanted;
    };
    if (state.member === undefined) {
      const body = JSON.stringify({ member: project });
      const after: ImageState = { ...state, member: { project, status: "pending" } };
      return this.change(id, after, path, { method: "POST", body }, statusIs("pending"));
    }
    if (this.random.below(3) === 0) {
      const { member: _, ...after } = state;
      return this.change(id, after, `${path}/${project}`, { method: "DELETE" }, statusIs(undefined));
    }
    const status = this.random.pick(["accepted", "accepted", "rejected", "pending"] as const);
    const after: ImageState = { ...state, member: { project, status } };
    const init = { method: "PUT", body: JSON.stringify({ status }) };
    return this.change(id, after, `${path}/${project}`, init, statusIs(status), this.other);
  }

  private async delete(id: string): Promise<void> {
    const history = this.histories.get(id) as History;
    history.begin(undefined, performance.now());
    const response = await this.ask(`/v2/images/${id}`, { method: "DELETE" });
    const applied = response ?? (await this.look(id)) === undefined;
    history.settle(performance.now(), applied);
    if (applied) this.own.delete(id);
  }

  private async change(
    id: string,
    after: ImageState,
    path: string,
    init: RequestInit,
    isApplied: () => Promise<boolean>,
    by = this.me,
  ): Promise<void> {
    const history = this.histories.get(id) as History;
    history.begin(after, performance.now());
    const applied = (await this.ask(path, init, by)) ?? (await isApplied());
    history.settle(performance.now(), applied);
    if (applied) this.own.set(id, after);
  }

  /** True or false when the answer says so; undefined when it does not tell what has become of the request. */
  private async ask(path: string, init: RequestInit, { client } = this.me): Promise<boolean | undefined> {
    const response = await client.fetch(path, init);
    await response.arrayBuffer();
    if (response.ok) return true;
    if (response.status >= 500 || response.status === 409) {
      this.counts[`answered ${response.status}`] = (this.counts[`answered ${response.status}`] ?? 0) + 1;
      return undefined;
    }
    throw new Error(`${init.method} ${path}: ${response.status}`);
  }

  private async look(id: string): Promise<ImageState | undefined> {
    const response = await this.persist(this.me, `/v2/images/${id}`);
    return response.status === 404 ? undefined : ((await response.json()) as ImageState);
  }

  private async persist({ client }: Person, path: string): Promise<Response> {
    for (let attempt = 1; ; attempt++) {
      const response = await client.fetch(path);
      if (response.ok || response.status === 404) return response;
      if (attempt === 10) throw new Error(`GET ${path}: ${response.status} ten times`);
    }
  }
}
