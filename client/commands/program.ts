import { type Command, Option } from "commander";
import { hashMethods } from "../../shared/signatures/signature-algorithms.ts";
import { version } from "../version.ts";
import { audit } from "./audit.ts";
import { addCacheCommands } from "./cache-commands.ts";
import { collect } from "./collect.ts";
import type { Act, Add } from "./command-parts.ts";
import type { Context, GlobalOptions } from "./context.ts";
import { createTransfer } from "./create-transfer.ts";
import { download } from "./download.ts";
import { showEvents } from "./events.ts";
import {
  auditHelp,
  downloadHelp,
  eventsHelp,
  identityHelp,
  ingressHelp,
  mainHelp,
  transferHelp,
  uploadHelp,
  verifyHelp,
} from "./help-texts.ts";
import { changeRole, createProject, createUser, deleteEntity, listEntities, setUser } from "./identity.ts";
import { addImageCommands } from "./image-commands.ts";
import { addImportCommands } from "./import-commands.ts";
import { runIngress } from "./ingress.ts";
import { listTransfers } from "./list-transfers.ts";
import { addMetadefCommands } from "./metadef-commands.ts";
import type { Result } from "./result.ts";
import { addStoreCommands } from "./store-commands.ts";
import { abortTransfer, completeTicket, showTicket, showTransfer } from "./transfer.ts";
import { upload } from "./upload.ts";
import { verify } from "./verify.ts";

type Run = (
  options: GlobalOptions,
  dataOnStdout: boolean,
  command: (context: Context) => Promise<Result>,
) => Promise<void>;

/** Options that every command takes, before or after its name. */
function withGlobals(command: Command): Command {
  return command
    .option("--os-cloud <name>", "entry of clouds.yaml (OS_CLOUD)")
    .option("--os-region-name <region>", "region of the catalog's endpoint (OS_REGION_NAME)")
    .option("--os-interface <interface>", "public, internal or admin (OS_INTERFACE)")
    .option("--os-image-endpoint <url>", "image service, instead of the catalog's")
    .option("--insecure", "do not check the cloud's certificate")
    .option("--state <folder>", "where unfinished uploads are remembered (~/.local/state/imagectl)")
    .option("--json", "one JSON document on standard output")
    .option("--quiet", "no progress")
    .option("--debug", "tell every request, without tokens and signatures");
}

const withAttributes = (command: Command): Command =>
  command
    .option("--name <name>", "name of the image")
    .option("--disk-format <format>", "raw, qcow2, …; found in the data when not given")
    .option("--container-format <format>", "bare unless given")
    .option("--property <key=value>", "custom property, repeatable", collect)
    .option("--tag <tag>", "tag, repeatable", collect)
    .option("--min-disk <gib>", "disk that a server needs, GiB")
    .option("--min-ram <mib>", "memory that a server needs, MiB")
    .option("--protected", "may not be deleted")
    .option("--public")
    .option("--private")
    .option("--shared")
    .option("--community");

const withSpeed = (command: Command): Command =>
  command
    .option("--parallel <n>", "requests at one time; adapted to the line when not given")
    .option("--limit-rate <bytes>", "at most that many bytes a second, e.g. 20M");

const withNewUpload = (command: Command): Command =>
  withAttributes(command)
    .option("--id <image>", "upload into this queued image (id or name) instead of making one")
    .option("--store <store>", "where the image goes; the service's default store when not given")
    .option("--stage", "stage the data for an import instead of making it the image's")
    .option("--no-inspect", "leave it to the service to judge what the data is, after the last byte")
    .option("--part-size <bytes>", "bytes of a part, e.g. 32M; chosen by size and line when not given");

const withTicket = (command: Command): Command =>
  command.option("--ticket <file>", "ticket of the transfer, - for standard input");

/** The whole command line. `run` is called with what a command line asks for. */
export function addCommands(program: Command, run: Run): Command {
  const act =
    <Arguments extends unknown[]>(
      command: (context: Context, ...args: Arguments) => Promise<Result>,
      isData: (...args: Arguments) => boolean = () => false,
    ) =>
    // Commander hands over the arguments, the options, and the command itself.
    async (...given: unknown[]): Promise<void> => {
      const self = given.at(-1) as Command;
      const options = self.optsWithGlobals();
      const args = [...given.slice(0, -2), options] as Arguments;
      await run(options as GlobalOptions, isData(...args), (context) => command(context, ...args));
    };
  const add = (parent: Command, usage: string, description: string) =>
    withGlobals(parent.command(usage).description(description));

  withGlobals(program)
    .description("Uploads and downloads OpenStack images: parallel, resumable, straight to and from S3.")
    .version(version)
    .addHelpText("after", mainHelp)
    .showHelpAfterError("(--help shows examples)");

  withSpeed(
    withTicket(
      withNewUpload(add(program, "upload <file>", "send a file, or standard input (-), as an image")),
    ),
  )
    .option(
      "--sign-key <file>",
      "sign the image with this private key (PEM) while it is read; needs --cert-id",
    )
    .option("--cert-id <id>", "the id by which the service finds your certificate")
    .addOption(
      new Option("--hash <method>", "of the signature: SHA-256 when not given").choices([
        ...hashMethods.keys(),
      ]),
    )
    .option("--resume", "go on with the unfinished upload of this file, or end")
    .option("--decompress", "send what is compressed in it: gzip, xz, zstd, bzip2")
    .option("--new", "begin another upload, even where the same one is unfinished")
    .addOption(new Option("--parts <numbers>", "only these parts, e.g. 1-40,45; needs --ticket"))
    .addHelpText("after", uploadHelp)
    .action(act(upload));

  withSpeed(
    add(
      program,
      "download <image> <file>",
      "save an image's data to a file, into a folder, or to standard output (-)",
    ),
  )
    .option("--force", "replace the file if it exists")
    .option("--no-space-check", "begin even where the image may not fit: one of zeros takes less room")
    .addHelpText("after", downloadHelp)
    .action(act(download, (_image: string, file: string) => file === "-"));

  withSpeed(
    add(
      program,
      "verify [file-or-image]",
      "compare a file, or the stored data, with an image's record or a signed statement",
    ),
  )
    .option("--image <image>", "the image that the file should be")
    .option("--signature", "verify the signature that the image's properties name, too; needs --cert")
    .option(
      "--cert <file>",
      "the signer's certificate (PEM), with those between it and a trusted one behind it",
    )
    .option("--trusted <file>", "certificates (PEM) to one of which that one must lead")
    .option("--provenance <file-or-image>", "the service's signed statement: a file, or of this image")
    .option("--key <file>", "the service's keys (PEM or JWK set), instead of those it publishes now")
    .addHelpText("after", verifyHelp)
    .action(act(verify));

  const transfer = program
    .command("transfer")
    .description("uploads that several machines share, or that change the machine")
    .addHelpText("after", transferHelp);
  const out = ["--out <file>", "write the ticket there, readable by you only"] as const;
  withNewUpload(add(transfer, "create [file]", "open a transfer and hand out its ticket"))
    .option("--size <bytes>", "length of the image when the file is elsewhere")
    .option(...out)
    .action(act(createTransfer));
  add(transfer, "ticket <file>", "the ticket of this machine's unfinished upload of a file")
    .option(...out)
    .action(act(showTicket));
  add(transfer, "list", "this machine's unfinished uploads").action(act(listTransfers));
  withTicket(add(transfer, "show [file]", "how far a transfer is")).action(act(showTransfer));
  withTicket(add(transfer, "complete [file]", "finish a transfer whose parts are all stored")).action(
    act(completeTicket),
  );
  withTicket(add(transfer, "abort [file]", "give a transfer up; the image is queued again")).action(
    act(abortTransfer),
  );

  addImageCommands(program, add, act, withAttributes);
  addImportCommands(program, add, act, withAttributes);
  addStoreCommands(program, add, act);
  addCacheCommands(program, add, act);
  addMetadefCommands(program, add, act);

  add(program, "audit", "what audits of the stored data have found, for admins")
    .addOption(
      new Option("--status <state>", "only those in this state").choices([
        "open",
        "mended",
        "quarantined",
        "acknowledged",
      ]),
    )
    .addOption(new Option("--acknowledge <finding>", "say that this one is known").conflicts("status"))
    .addHelpText("after", auditHelp)
    .action(act(audit));

  addIdentity(program, add, act);

  add(program, "events", "notifications of the local runtime, one JSON line each")
    .option("--follow", "go on until Ctrl-C, restarts of the runtime included")
    .addHelpText("after", eventsHelp)
    .action(act(showEvents));

  add(program, "ingress", "take whole-image PUTs of other clients and send them in parts")
    .requiredOption("--endpoint <url>", "base URL of the image API")
    .requiredOption("--listen <port>", "where to listen; 0 takes a free port")
    .option("--host <address>", "127.0.0.1 unless given")
    .option("--public-url <url>", "base URL under which clients reach it")
    .option("--journal <folder>", "remembers open transfers, to abort them after a kill")
    .option("--max-uploads <n>", "uploads at one time")
    .option("--max-connections <n>", "connections of clients at one time")
    .option("--max-connections-per-address <n>", "of one client's address; 0: no bound")
    .option("--first-byte-timeout <seconds>", "for the first byte of image data")
    .option("--grace <seconds>", "how long uploads may go on when it is stopped")
    .option("--allowed-origin <origins>", "web pages that may read its own answers, comma-separated, or *")
    .addHelpText("after", ingressHelp)
    .action(act(runIngress));
  return program;
}

/** The commands of those who give and take access. */
function addIdentity(program: Command, add: Add, act: Act): void {
  const identity = program
    .command("identity")
    .description("users, projects and roles of the service's own identity service")
    .addHelpText("after", identityHelp);
  const fromFile = ["--password-file <file>", "the password's file, - for standard input"] as const;

  const project = identity.command("project").description("projects");
  add(project, "list", "all projects").action(act(listEntities("project")));
  add(project, "create <name>", "make a project").action(act(createProject));
  add(project, "delete <project>", "delete a project").action(act(deleteEntity("project")));

  const user = identity.command("user").description("users");
  add(user, "list", "all users").action(act(listEntities("user")));
  add(user, "create <name>", "make a user; shows a new password unless one is given")
    .option(...fromFile)
    .action(act(createUser));
  add(user, "set <user>", "enable, disable, give a new password")
    .option("--enable")
    .option("--disable")
    .option(...fromFile)
    .action(act(setUser));
  add(user, "delete <user>", "delete a user").action(act(deleteEntity("user")));

  const role = identity.command("role").description("who has which role where");
  for (const [word, change] of [
    ["add", "addRole"],
    ["remove", "removeRole"],
  ] as const) {
    add(role, `${word} <role>`, `${word} a role of a user in a project`)
      .requiredOption("--user <user>", "name or id")
      .requiredOption("--project <project>", "name or id")
      .action(act(changeRole(change)));
  }
}
