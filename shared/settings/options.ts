import { MAX_OBJECT_BYTES } from "../aws/multipart-limits.ts";
import { importPluginsOption } from "./import-plugins-option.ts";
import { injected } from "./inject-option.ts";
import {
  amount,
  backends,
  choice,
  copyCounts,
  eventTypes,
  flag,
  integer,
  issuers,
  list,
  matching,
  networks,
  type Option,
  origins,
  path,
  ports,
  providers,
  publisher,
  url,
  words,
} from "./option.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;
/** Far beyond any use, and far below what dates and S3's lifecycle rules can hold. */
const CENTURY_IN_DAYS = 36_500;
const CENTURY = CENTURY_IN_DAYS * DAY;
/** SQS API reference, SendMessage: DelaySeconds is 900 at most. */
const LONGEST_DELAY = 900;
/** Lambda quotas: a function runs for 900 seconds at most. */
const LONGEST_RUN = 900;
/** S3 user guide, "Sharing objects with presigned URLs": seven days by Signature Version 4. */
const LONGEST_URL_LIFE = 7 * DAY;
/** API Gateway waits 29 seconds, in which an answer is to be made of Keystone's. */
const LONGEST_QUESTION = 20;

/**
 * Every tunable of the service, with Glance's own option names and defaults where Glance has the option
 * (docs/reference/image-api.md, "Quotas"). Functions read them from `GLANCE_<OPTION>` in their environment;
 * the CDK app takes them from its context and hands on only what differs from the default.
 */
export const options = {
  /** Public base URL of the API, when it is not the one that requests name. */
  public_endpoint: url(),
  /** Web origins whose pages may use the API and the image bucket (CORS). */
  allowed_origin: origins(),
  /** Images on a page when the client names no limit. */
  limit_param_default: integer(25, 1),
  /** Most images on a page. */
  api_limit_max: integer(1000, 1),
  /** Most custom properties of an image; negative: unlimited. */
  image_property_quota: integer(128),
  /** Most tags of an image; negative: unlimited. */
  image_tag_quota: integer(128),
  /** Most members of an image; negative: unlimited. */
  image_member_quota: integer(128),
  /** Most places where an image's data may be, of which an upload is one; negative: unlimited. */
  image_location_quota: integer(10),
  /** What becomes of an upload without data that does not say so: an empty image as in Glance, or 400. */
  empty_uploads: choice(["accept", "refuse"]),
  /** Largest image in bytes. */
  image_size_cap: integer(1_099_511_627_776, 1, MAX_OBJECT_BYTES),
  /** Most bytes that a project's images may have, like 500GB; 0: unlimited. Off with use_keystone_limits. */
  user_storage_quota: amount(),
  /** Limit projects by Keystone's unified limits; without a Keystone, by the four below. */
  use_keystone_limits: flag(false),
  /** The image service's endpoint in Keystone's catalog that the limits belong to; nothing: the one of type image. */
  endpoint_id: matching(/^[\w-]{1,64}$/, "an endpoint's id"),
  /** Most images of a project; negative: unlimited. */
  image_count_total: integer(-1, -1),
  /** Most images of a project that are being uploaded or imported; negative: unlimited. */
  image_count_uploading: integer(-1, -1),
  /** Most MiB of a project's images; negative: unlimited. */
  image_size_total: integer(-1, -1),
  /** Most MiB of a project that are staged for imports; negative: unlimited. */
  image_stage_total: integer(-1, -1),
  /** Stores of image data by their ids; nothing: one store, whose name nobody is told. */
  enabled_backends: backends(),
  /** The store of new images whose creator names none; needed when there are several. */
  default_backend: matching(/^[\w.-]{1,40}$/, "the id of a store"),
  /** Stores that are to have a copy of each image, wherever it was uploaded to; nothing: no copies are made. */
  copies: copyCounts(),
  /** Seconds from one look at all images for copies that are missing to the next; new images are copied at once. */
  copies_interval: integer(6 * HOUR, 60, CENTURY),
  /** Images show where their data is, and a PATCH changes it; only admins and owners can. */
  show_multiple_locations: flag(false),
  /** Images show the URL of one place of their data (`direct_url`). */
  show_image_direct_url: flag(false),
  /** Data at a URL that somebody registers is read and hashed; otherwise hashes that come with it are believed. */
  do_secure_hash: flag(true),
  /** Ways to import images; none: there are no imports. */
  enabled_import_methods: words(
    ["glance-direct", "web-download", "copy-image", "glance-download"],
    ["glance-direct", "web-download", "copy-image"],
  ),
  /** What is done to the data of imports before it is stored, in this order. */
  image_import_plugins: importPluginsOption(),
  /** Properties that inject_image_metadata gives to images. */
  inject: injected(),
  /** Roles of users whose imports inject_image_metadata leaves alone. */
  ignore_user_roles: list(["admin"]),
  /** Times its size that data may grow by image_decompression, whatever image_size_cap allows. */
  image_decompression_ratio_max: integer(1000, 1),
  /** What image_conversion makes of images of other formats. */
  output_format: choice(["raw", "qcow2", "vmdk"]),
  /** Converters that image_conversion needs: tasks of AWS Fargate, which cost as long as they are there. */
  image_converters: integer(0, 0, 100),
  /** GiB of a converter's scratch disk, on which an image and what is made of it have room. */
  image_converter_disk: integer(100, 21, 200),
  /** Seconds of processor time that one conversion takes at most. */
  image_conversion_cpu_limit: integer(3600, 1, DAY),
  /** GiB of memory that qemu-img may ask for. */
  image_conversion_address_space_limit: integer(1, 1, 6),
  /** Seconds after which an import that has not come to its end is given up; buckets keep uploads for no longer. */
  import_lifetime_max: integer(DAY, 60, 7 * DAY),
  /** Hours after its end in which a task is shown. */
  task_time_to_live: integer(48, 1, CENTURY_IN_DAYS),
  /** Beginnings of names: glance-download takes such properties over from the other Glance. */
  extra_properties: list(["hw_", "trait:", "os_distro", "os_secure_boot", "os_type"]),
  /** Connections at a time by which one run fetches an image from its host. */
  import_connections: integer(4, 1, 32),
  /** Runs at a time that fetch images from other hosts, of all projects. */
  import_runs: integer(10, 1, 10),
  /** Those of them that one project has at most. */
  import_runs_per_project: integer(4, 1, 10),
  /** Those that fetch from one host; where there are several, one project leaves one to others. */
  import_runs_per_host: integer(4, 1, 10),
  /** Most bytes a second that one run fetches; 0: as many as come. */
  import_bytes_per_second: integer(0, 0),
  /** Most bytes a second that all runs fetch together, each its share; 0: as many as come. */
  import_bytes_per_second_in_all: integer(0, 0),
  /** Most bytes a second that all runs fetch from one host, each its share; 0: as many as come. */
  import_bytes_per_second_per_host: integer(0, 0),
  /** Bytes of an image above which several runs at a time fetch its parts, where its host gives ranges. */
  import_fan_out_size: integer(32 * 1024 ** 3, 1024 ** 2),
  /** Networks that images are fetched from though they are not public. */
  import_allowed_networks: networks(),
  /** Schemes of URLs that images are fetched from. */
  allowed_schemes: list(["http", "https"]),
  /** Schemes that they are not fetched from; counts where none are allowed by name. */
  disallowed_schemes: list([]),
  /** Hosts that images are fetched from; none: all but the disallowed ones. */
  allowed_hosts: list([]),
  /** Hosts that they are not fetched from. */
  disallowed_hosts: list([]),
  /** Ports of URLs that name one. */
  allowed_ports: ports([80, 443]),
  /** Ports that are not fetched from; counts where none are allowed by number. */
  disallowed_ports: ports([]),
  /** Values of container_format. */
  container_formats: list(["ami", "ari", "aki", "bare", "ovf", "ova", "docker", "compressed"]),
  /** Values of disk_format. */
  disk_formats: list(["ami", "ari", "aki", "vhd", "vhdx", "vmdk", "raw", "qcow2", "vdi", "iso", "ploop"]),
  /** Refuse data whose detected format is not the declared disk_format. */
  require_image_format_match: flag(true),
  /** The folder of the image bucket for copies of data that other stores do not serve; nothing: no cache. */
  image_cache_dir: matching(/^cache$/, "cache"),
  /** Bytes that the copies in the cache have at most, after each run of the pruner. */
  image_cache_max_size: integer(10 * 1024 ** 3, 0),
  /** Seconds after which a copy that gets nowhere is given up, and bytes are that belong to none. */
  image_cache_stall_time: integer(DAY, 0, CENTURY),
  /** Safety checks of partition tables (mbr) that do not refuse an image of disk_format gpt. */
  gpt_safety_checks_nonfatal: list([]),
  /** A deleted image keeps its bytes, in `pending_delete`, until the scrubber takes them. */
  delayed_delete: flag(false),
  /** Seconds a deleted image stays in `pending_delete` at least. */
  scrub_time: integer(0, 0, CENTURY),
  /** Images scrubbed at the same time. */
  scrub_pool_size: integer(1, 1),
  /** Days in which an operator can recover bytes after their deletion; 0: deleted for good at once. */
  deleted_bytes_retention_days: integer(7, 0, CENTURY_IN_DAYS),
  /** Days after which the members and transfers of a deleted image are purged. */
  purge_age_in_days: integer(30, 0, CENTURY_IN_DAYS),
  /** Days after which the record of a deleted image is purged, and its id may be used again (OSSN-0075). */
  purge_images_table_age_in_days: integer(180, 0, CENTURY_IN_DAYS),
  /** Images that one run of the purge deals with at most; -1: all. */
  purge_max_rows: integer(10_000, -1),
  /** An image is active as soon as the uploader has stated its hashes; they are verified right after. */
  activate_on_stated_hashes: flag(true),
  /** Images without a signature are refused when their data comes. */
  enforce_signatures: flag(false),
  /** Signers' certificates must lead to one of trusted_certificates_file and be valid; Glance does not ask for that. */
  enable_certificate_validation: flag(true),
  /** Where signers' certificates are, by the ids that images name. */
  key_manager_backend: choice(["folder", "secrets-manager", "barbican"]),
  /** Barbican with signers' certificates. */
  barbican_endpoint: url(),
  /** Seconds after which a worker takes over a completion that broke off. */
  completion_recovery_delay: integer(30, 0, LONGEST_DELAY),
  /** Longest time in seconds that one run of the finalize worker reads; 0: as long as the function may. */
  hashing_run_seconds: integer(0, 0, LONGEST_RUN),
  /** Signs statements of what is stored of images, with a key of its own in KMS, which costs about 1 USD a month. */
  image_provenance: flag(false),
  /** Who reads the bytes for the deep auditor: itself, or S3 Batch Operations (on AWS only). */
  audit_deep_engine: choice(["inline", "s3-batch"]),
  /** What S3 Batch Operations computes for it: os_hash_value, or checksum. */
  audit_deep_checksum: choice(["sha512", "md5"]),
  /** Longest time in seconds between two audits of the same bytes. */
  audit_deep_interval: integer(30 * DAY, 60, CENTURY),
  /** Most objects a second that the deep auditor begins to read. */
  audit_deep_objects_per_second: integer(20, 1),
  /** Most bytes a second that the deep auditor reads. */
  audit_deep_bytes_per_second: integer(50_000_000, 1000),
  /** The deep auditor says what it would do, and changes nothing. */
  audit_deep_dry_run: flag(false),
  /** Seconds from one pass of the light auditor to the next. A pass over 100,000 images costs about 0.25 USD. */
  audit_light_interval: integer(DAY, 60, CENTURY),
  /** Most records a second that the light auditor looks at: images, members, transfers and entries of lists. */
  audit_light_objects_per_second: integer(200, 1),
  /** The light auditor says what it would do, and changes nothing. */
  audit_light_dry_run: flag(false),
  /** Most records a second that index-rebuild, usage-recount and item-migration look at. */
  updater_objects_per_second: integer(500, 1),
  /** Images that one pass of an audit takes out of use before it stops itself: so many are no accident of the disks. */
  audit_quarantine_max: integer(100, 1),
  /** Longest time in seconds a transfer lives after its last use. */
  transfer_lease_max: integer(DAY, 60, YEAR),
  /** Longest time in seconds a transfer lives in all. */
  transfer_lifetime_max: integer(7 * DAY, 60, YEAR),
  /** The reaper says what it would do, and changes nothing. */
  reaper_dry_run: flag(false),
  /** Days that bytes to which nothing refers are left alone; unknown age counts as young. */
  orphan_grace_days: integer(7, 1, CENTURY_IN_DAYS),
  /** More orphans than this in one pass stop the reaper before it deletes any. */
  reaper_max_orphans: integer(100, 0, 1000),
  /** So does a larger share of the bucket's objects, in percent. */
  reaper_max_orphan_percent: integer(1, 0, 100),
  /** Seconds from one walk over the bucket and the images to the next. */
  orphan_pass_interval: integer(DAY, 60, CENTURY),
  /** Seconds a presigned download URL is valid. */
  download_url_expires: integer(3600, 60, LONGEST_URL_LIFE),
  /** Seconds a presigned part URL is valid. */
  upload_url_expires: integer(3600, 60, LONGEST_URL_LIFE),
  /** Who sends notifications: the source of their events. */
  default_publisher_id: publisher("image.localhost"),
  /** Notifications that are not sent, by their event types or groups of them (`image.member`). */
  disabled_notifications: eventTypes(),
  /** Namespaces of metadata definitions: what contradicts them in an image's properties is told in a header. */
  metadef_warn_namespaces: list([]),
  /** Such namespaces by which contradicting properties are refused. */
  metadef_refuse_namespaces: list([]),
  /** Keystone whose tokens are taken; nothing: those of the own identity service. */
  keystone_auth_url: url(),
  /** Longest time in seconds that one question to Keystone takes. */
  keystone_timeout: integer(5, 1, LONGEST_QUESTION),
  /** Longest time in seconds that what is known of a token is kept. */
  token_cache_time: integer(300, 0, YEAR),
  /** OpenID Connect issuers whose tokens are taken (JSON); nothing: the own service's. */
  oidc_issuers: issuers(),
  /** Seconds a token of the identity service is valid. */
  token_expiration: integer(4 * 3600, 60, YEAR),
  /** Failed logins of a user from one address before a pause. */
  lockout_failure_attempts: integer(10, 1),
  /** Seconds in which failed logins are counted, and that the pause lasts. */
  lockout_duration: integer(300, 1, YEAR),
  /** Networks of proxies whose X-Forwarded-For names the client. */
  trusted_proxies: networks(),
  /** OpenID Connect providers to log in with (JSON). */
  identity_providers: providers(),
  /** Cognito user pool that proves passwords; nothing: the service does. */
  cognito_user_pool_id: matching(/^[a-z]{2}(-[a-z]+)+-\d_\w+$/, "an id like eu-central-1_AbCdEfGhI"),
  /** App client of that user pool. */
  cognito_client_id: matching(/^\w{1,128}$/, "letters and digits"),
} as const satisfies Record<string, Option<unknown>>;

/**
 * Decided when the app is synthesised: what they lead to is part of the bundles. A function, so that they are not:
 * a table made at import would stay.
 */
export const synthOptions = () =>
  ({
    /** A policy.yaml whose rules stand in place of the default ones; empty: none. */
    policy_file: path(),
    /** Only the rules of secure RBAC count, not the deprecated ones as well. */
    enforce_new_defaults: flag(true),
    /** Says who may do what with custom properties; empty: everybody everything. */
    property_protection_file: path(),
    /** What property_protection_file names. */
    property_protection_rule_format: choice(["roles", "policies"]),
    /** A folder of signers' certificates for key_manager_backend folder: ID.pem each; empty: none. */
    signing_certificates_folder: path(),
    /** PEM of the certificates that signers' certificates must lead to; empty: none. */
    trusted_certificates_file: path(),
    /** URL under which clients reach an ingress on Fargate, which is made then; nothing: there is none. */
    ingress_public_url: url(),
    /** Certificate of its name, in AWS Certificate Manager of the same region. */
    ingress_certificate_arn: matching(
      /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/,
      "a certificate's ARN like arn:aws:acm:eu-central-1:123456789012:certificate/0123…",
    ),
    /** Its container image in a registry; nothing: made by Docker while it is deployed. */
    ingress_image: matching(/^[\w][\w./:@-]{0,255}$/, "a container image like registry/name:tag"),
    /** VPC that it comes into; nothing: one of its own. */
    ingress_vpc_id: matching(/^vpc-[\da-f]{8,17}$/, "an id like vpc-0123456789abcdef0"),
    /** Subnets of that VPC, each in another availability zone. */
    ingress_subnets: list([]),
    /** Whether clients reach it from the internet, or from inside of that VPC alone. */
    ingress_scheme: choice(["internet-facing", "internal"]),
    /** Networks of its clients; none: all. */
    ingress_allowed_networks: networks(),
    /** Fewest containers; with two, one is left when the other is lost. */
    ingress_tasks_min: integer(2, 1, 100),
    /** Most containers. */
    ingress_tasks_max: integer(10, 1, 1000),
    /** Seconds in which uploads come to their end on a container that is to go. */
    ingress_drain_seconds: integer(HOUR, 0, HOUR),
  }) as const satisfies Record<string, Option<unknown>>;
