import { UsageError } from "../command-line/failures.ts";
import type { Member, MemberStatus } from "../openstack/image-members.ts";
import type { ImageService } from "../openstack/image-service.ts";
import { fields, table } from "../terminal/table.ts";
import type { Context } from "./context.ts";
import type { Result } from "./result.ts";

const shown = (member: Member): Result => ({ json: member, text: fields(member) });

/** `imagectl image member list IMAGE`. */
export async function listMembers(context: Context, idOrName: string): Promise<Result> {
  const images = await context.service();
  const members = await images.members.list((await images.find(idOrName)).id);
  const rows = members.map(({ member_id, status, updated_at }) => [member_id, status, updated_at]);
  return { json: members, text: table(["project", "status", "since"], rows) };
}

/** `imagectl image member add IMAGE PROJECT`. */
export async function addMember(context: Context, idOrName: string, project: string): Promise<Result> {
  const images = await context.service();
  const [image, member] = await Promise.all([images.find(idOrName), context.project(project)]);
  return shown(await images.members.add(image.id, member));
}

/** `imagectl image member remove IMAGE PROJECT`. */
export async function removeMember(context: Context, idOrName: string, project: string): Promise<Result> {
  const images = await context.service();
  const [image, member] = await Promise.all([images.find(idOrName), context.project(project)]);
  await images.members.remove(image.id, member);
  return {
    json: { image_id: image.id, removed: member },
    text: `project ${member} has image ${image.id} no more`,
  };
}

/** An offer is in no usual list before it is accepted. */
const offered = (images: ImageService, idOrName: string) =>
  images.find(idOrName, { visibility: "shared", member_status: "all" });

export interface AnswerOptions {
  readonly project?: string;
}

/** `imagectl image member accept|reject IMAGE`: what the caller's project, or one that an admin names, thinks of it. */
export const answerOffer =
  (status: MemberStatus) =>
  async (context: Context, idOrName: string, options: AnswerOptions): Promise<Result> => {
    const images = await context.service();
    const project =
      options.project === undefined ? images.session.project : await context.project(options.project);
    if (project === undefined) throw new UsageError("this login names no project: give --project");
    return shown(await images.members.answer((await offered(images, idOrName)).id, project, status));
  };
