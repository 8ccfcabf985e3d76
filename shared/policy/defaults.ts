/** A rule's check string, and the one it had before secure RBAC where that differed. */
export type DefaultRule = readonly [check: string, deprecated?: string];

const ADMIN = "rule:context_is_admin";
const DEFAULT = "rule:default";
const METADEF_DEFAULT = "rule:metadef_default";
const CACHE_MANAGER = "rule:manage_image_cache";
const MD_ADMIN = "rule:metadef_admin";
const SERVICE = "rule:service_api";
const ADMIN_OR_SERVICE = `${ADMIN} or ${SERVICE}`;

const own = "project_id:%(project_id)s";
const sharedWith = "project_id:%(member_id)s";
const open = "'community':%(visibility)s or 'public':%(visibility)s or 'shared':%(visibility)s";

const MEMBER = `${ADMIN} or (role:member and ${own})`;
const READER = `${ADMIN} or (role:reader and ${own})`;
const CREATE = `${ADMIN} or (role:member and ${own} and project_id:%(owner)s)`;
const SERVICE_OR_MEMBER = `${SERVICE} or (role:member and ${own} and project_id:%(owner)s)`;
// Shared images of others are hidden by the look-up already: only their members come as far as this.
const VIEW = `${ADMIN} or (role:reader and (${own} or ${sharedWith} or ${open}))`;
const DOWNLOAD = `${ADMIN} or (role:member and (${own} or ${sharedWith} or ${open}))`;
const NS_VIEW = `${ADMIN} or (role:reader and (${own} or 'public':%(visibility)s))`;
const SHARED_MEMBER = `${ADMIN} or (role:member and ${sharedWith})`;
const READER_OR_SHARED = `${ADMIN} or role:reader and (${own} or ${sharedWith})`;

/** Rules that only other rules refer to. They alone have no scope type: every other one is for project tokens. */
export const baseDefaults = {
  default: ["", ADMIN],
  context_is_admin: ["role:admin"],
  service_api: ["role:service or role:admin"],
  metadef_default: [""],
  metadef_admin: [ADMIN],
} as const satisfies Record<string, DefaultRule>;

/** Rules about images, their data, locations and members (docs/reference/image-api.md, "Policy rules"). */
export const imageDefaults = {
  add_image: [CREATE, DEFAULT],
  delete_image: [MEMBER, DEFAULT],
  get_image: [VIEW, DEFAULT],
  get_images: [READER, DEFAULT],
  modify_image: [MEMBER, DEFAULT],
  publicize_image: [ADMIN],
  communitize_image: [MEMBER, DEFAULT],
  download_image: [DOWNLOAD, DEFAULT],
  download_from_store: [DOWNLOAD],
  upload_image: [MEMBER, DEFAULT],
  delete_image_location: [ADMIN, DEFAULT],
  get_image_location: [READER, DEFAULT],
  set_image_location: [MEMBER, DEFAULT],
  add_image_location: [SERVICE_OR_MEMBER],
  fetch_image_location: [SERVICE],
  add_member: [MEMBER, DEFAULT],
  delete_member: [MEMBER, DEFAULT],
  get_member: [READER_OR_SHARED, DEFAULT],
  get_members: [READER_OR_SHARED, DEFAULT],
  modify_member: [SHARED_MEMBER, DEFAULT],
  deactivate: [MEMBER, DEFAULT],
  reactivate: [MEMBER, DEFAULT],
  copy_image: [ADMIN],
} as const satisfies Record<string, DefaultRule>;

/** Rules about metadata definitions: the target is the namespace. */
export const metadefDefaults = {
  get_metadef_namespace: [NS_VIEW, METADEF_DEFAULT],
  get_metadef_namespaces: [READER, METADEF_DEFAULT],
  modify_metadef_namespace: [MD_ADMIN],
  add_metadef_namespace: [MD_ADMIN],
  delete_metadef_namespace: [MD_ADMIN],
  get_metadef_object: [NS_VIEW, METADEF_DEFAULT],
  get_metadef_objects: [NS_VIEW, METADEF_DEFAULT],
  modify_metadef_object: [MD_ADMIN],
  add_metadef_object: [MD_ADMIN],
  delete_metadef_object: [MD_ADMIN],
  list_metadef_resource_types: [NS_VIEW, METADEF_DEFAULT],
  get_metadef_resource_type: [NS_VIEW, METADEF_DEFAULT],
  add_metadef_resource_type_association: [MD_ADMIN],
  remove_metadef_resource_type_association: [MD_ADMIN],
  get_metadef_property: [NS_VIEW, METADEF_DEFAULT],
  get_metadef_properties: [NS_VIEW, METADEF_DEFAULT],
  modify_metadef_property: [MD_ADMIN],
  add_metadef_property: [MD_ADMIN],
  remove_metadef_property: [MD_ADMIN],
  get_metadef_tag: [NS_VIEW, METADEF_DEFAULT],
  get_metadef_tags: [NS_VIEW, METADEF_DEFAULT],
  modify_metadef_tag: [MD_ADMIN],
  add_metadef_tag: [MD_ADMIN],
  add_metadef_tags: [MD_ADMIN],
  delete_metadef_tag: [MD_ADMIN],
  delete_metadef_tags: [MD_ADMIN],
} as const satisfies Record<string, DefaultRule>;

/** Rules about tasks, the cache and the stores: their target is empty. */
export const serviceDefaults = {
  manage_image_cache: [ADMIN],
  list_cached_nodes: [ADMIN],
  get_task: [DEFAULT, DEFAULT],
  get_tasks: [DEFAULT, DEFAULT],
  add_task: [DEFAULT, DEFAULT],
  modify_task: [DEFAULT],
  tasks_api_access: [ADMIN],
  cache_image: [ADMIN, CACHE_MANAGER],
  cache_list: [ADMIN, CACHE_MANAGER],
  cache_delete: [ADMIN, CACHE_MANAGER],
  cache_clean: [ADMIN],
  cache_prune: [ADMIN],
  stores_info_detail: [ADMIN_OR_SERVICE, ADMIN],
} as const satisfies Record<string, DefaultRule>;

export type ImageRule = keyof typeof imageDefaults;
export type MetadefRule = keyof typeof metadefDefaults;
export type ServiceRule = keyof typeof serviceDefaults;

/** All of Glance's rules. */
export const defaultRules: Readonly<Record<string, DefaultRule>> = {
  ...baseDefaults,
  ...imageDefaults,
  ...metadefDefaults,
  ...serviceDefaults,
};
