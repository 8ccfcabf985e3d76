import type { CallerName } from "../../rbac/callers.ts";
import type { Script } from "../script.ts";
import type { Session } from "../session.ts";

const everybody: readonly CallerName[] = ["admin", "demo", "demo-reader", "alt", "glance", "no token"];

const membersOf = ({ ask, projects }: Session, id: string) => {
  const path = `/v2/images/${id}/members`;
  return {
    path,
    add: (caller: CallerName, member: unknown = projects.alt) =>
      ask(caller, `POST ${path}`, { json: { member } }),
    set: (caller: CallerName, status: unknown, member: string = projects.alt) =>
      ask(caller, `PUT ${path}/${member}`, { json: { status } }),
    show: (caller: CallerName, member: string = projects.alt) => ask(caller, `GET ${path}/${member}`),
    list: (caller: CallerName) => ask(caller, `GET ${path}`),
    remove: (caller: CallerName, member: string = projects.alt) => ask(caller, `DELETE ${path}/${member}`),
  };
};

export const members: readonly Script[] = [
  {
    name: "life of a member",
    run: async (session) => {
      const id = await session.image({ visibility: "shared" });
      const { add, set, show, list, remove } = membersOf(session, id);
      const all = async (ask: (caller: CallerName) => Promise<unknown>) => {
        for (const caller of everybody) await ask(caller);
      };
      await all(list);
      await all(show);
      await all(remove);
      await all((caller) => set(caller, "accepted"));
      await add("demo");
      await all(list);
      await all(show);
      await all((caller) => add(caller));
      await session.ask("alt", `GET /v2/images/${id}`);
      for (const status of ["accepted", "rejected", "pending", "accepted", "accepted"]) {
        await set("alt", status);
        await session.ask("alt", `GET /v2/images/${id}`);
        await list("demo");
      }
      for (const caller of ["demo", "demo-reader", "glance", "no token", "admin"] as const)
        await set(caller, "rejected");
      for (const status of ["", "Accepted", "killed", null, 1, ["accepted"]]) await set("alt", status);
      await remove("alt");
      await remove("demo-reader");
      await remove("demo");
      await remove("demo");
      await session.ask("alt", `GET /v2/images/${id}`);
      await add("demo");
      await show("alt");
      await remove("admin");
    },
  },
  {
    name: "bodies of members",
    run: async ({ ask, image, projects }) => {
      const path = `/v2/images/${await image()}/members`;
      const bodies = [
        "",
        "{",
        "{}",
        "[]",
        "null",
        '"x"',
        "3",
        '{"member": ""}',
        '{"member": null}',
        '{"member": 5}',
        '{"member": ["a"]}',
        '{"member": {"a": 1}}',
        '{"member": true}',
        '{"member": " blanks "}',
        `{"member": "${"x".repeat(255)}"}`,
        '{"member": "ä"}',
        '{"member": "some-project", "status": "accepted"}',
        '{"members": "x"}',
        '{"member": "some-project"}',
        '{"member": false}',
      ];
      for (const body of bodies) await ask("demo", `POST ${path}`, { body, type: "application/json" });
      await ask("demo", `POST ${path}`, { body: '{"member": "typed"}', type: "text/plain" });
      await ask("demo", `POST ${path}`);
      await ask("demo", `GET ${path}`);
      await ask("demo", `POST ${path}`, { json: { member: projects.alt } });
      const updates = [
        "",
        "{",
        "{}",
        "[]",
        "null",
        '"accepted"',
        '{"status": "accepted", "member": "x"}',
        '{"state": "accepted"}',
      ];
      for (const body of updates)
        await ask("alt", `PUT ${path}/${projects.alt}`, { body, type: "application/json" });
      await ask("alt", `PUT ${path}/${projects.alt}`);
      await ask("alt", `PUT ${path}/${projects.demo}`, { json: { status: "accepted" } });
      await ask("alt", `PUT ${path}/some-project`, { json: { status: "accepted" } });
      await ask("admin", `PUT ${path}/some-project`, { json: { status: "accepted" } });
      await ask("admin", `PUT ${path}/absent`, { json: { status: "accepted" } });
    },
  },
  {
    name: "members of images that are not shared",
    run: async (session) => {
      for (const visibility of ["private", "community", "public"]) {
        const id = await session.image({ visibility, owner: session.projects.demo }, "admin");
        const { add, set, show, list, remove } = membersOf(session, id);
        for (const caller of everybody) {
          await add(caller);
          await list(caller);
          await show(caller);
          await set(caller, "accepted");
          await remove(caller);
        }
      }
    },
  },
  {
    name: "members that outlive a change of visibility",
    run: async (session) => {
      const { patch, ask, projects } = session;
      const id = await session.image();
      const { add, set, show, list } = membersOf(session, id);
      await add("demo");
      await add("demo", projects.demo);
      await add("demo", "another");
      await set("alt", "accepted");
      await list("alt");
      await list("demo");
      for (const visibility of ["private", "community", "shared"]) {
        await patch("demo", id, [{ op: "replace", path: "/visibility", value: visibility }]);
        await ask("alt", `GET /v2/images/${id}`);
        await list("demo");
        await show("demo");
        await show("alt");
        await set("alt", "rejected");
      }
      await list("demo");
      await ask("demo", `DELETE /v2/images/${id}`);
      await list("demo");
      await add("demo");
      await show("alt");
    },
  },
  {
    name: "members of no image",
    run: async (session) => {
      const { add, set, show, list, remove } = membersOf(session, "no-such-image");
      for (const caller of ["demo", "admin", "no token"] as const) {
        await add(caller);
        await list(caller);
        await show(caller);
        await set(caller, "accepted");
        await remove(caller);
      }
    },
  },
  {
    name: "lists by member status",
    run: async (session) => {
      const { ask, nonce, projects, image } = session;
      for (const status of ["pending", "accepted", "rejected"]) {
        const id = await image({ hw_run: nonce, name: status });
        await ask("demo", `POST /v2/images/${id}/members`, { json: { member: projects.alt } });
        await ask("alt", `PUT /v2/images/${id}/members/${projects.alt}`, { json: { status } });
      }
      await image({ hw_run: nonce, name: "not shared with anybody" });
      await image({ hw_run: nonce, name: "own" }, "alt");
      for (const caller of ["alt", "demo", "admin"] as const) {
        for (const status of ["", "pending", "accepted", "rejected", "all", "nothing", "ALL"]) {
          const filter = status === "" ? "" : `&member_status=${status}`;
          await ask(caller, `GET /v2/images?hw_run=${nonce}${filter}`);
          await ask(caller, `GET /v2/images?hw_run=${nonce}&visibility=shared${filter}`);
          await ask(caller, `GET /v2/images?hw_run=${nonce}&owner=${projects.demo}${filter}`);
        }
      }
    },
  },
];
