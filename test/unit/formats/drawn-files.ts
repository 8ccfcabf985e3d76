import { big, type Drawing, latin1, little, type Piece } from "./drawn-image.ts";
import type { Declared, Verdict } from "./judged-file.ts";
import * as sample from "./sample-images.ts";

/** A file made byte by byte: what no program would write, and what its program is not everywhere. */
export interface DrawnFile {
  readonly title: string;
  readonly drawing: Drawing;
  readonly declared: readonly (Declared & { readonly verdict: Verdict })[];
  /** What the refusals say. */
  readonly message?: RegExp;
}

const { KiB, MiB, descriptor, text, vmdk, withPieces } = { ...sample, KiB: 1024 };

const every = (verdict: Verdict, ...diskFormats: readonly string[]) => [
  ...diskFormats.map((diskFormat) => ({ diskFormat, verdict })),
  { diskFormat: diskFormats[0] ?? "raw", containerFormat: "ova", verdict },
  { diskFormat: diskFormats[0] ?? "raw", containerFormat: "docker", verdict },
];

function file(
  title: string,
  drawing: Drawing,
  verdict: Verdict,
  diskFormats: readonly string[],
  message?: RegExp,
): DrawnFile {
  return { title, drawing, declared: every(verdict, ...diskFormats), ...(message && { message }) };
}

/** A qcow2 header that QEMU can open: tables at 64 and 128 KiB. */
const qcow2Header = (version: number, backingAt: number, backing: string, clusterBits = 16): Piece[] => [
  [0, latin1("QFI\xfb")],
  [4, big(version, 4)],
  [8, big(backingAt, 8)],
  [16, big(backing.length, 4)],
  [20, big(clusterBits, 4)],
  [24, big(MiB, 8)],
  [36, big(1, 4)],
  [40, big(3 * 64 * KiB, 8)],
  [48, big(64 * KiB, 8)],
  [56, big(1, 4)],
  ...(version === 3
    ? ([
        [96, big(4, 4)],
        [100, big(104, 4)],
      ] as Piece[])
    : []),
  [backingAt, latin1(backing)],
];
const overlay = (version: number, at: number, size: number): Drawing => ({
  size,
  pieces: qcow2Header(version, at, "base.raw"),
});

const qcow2: DrawnFile[] = [
  file("qcow2 overlay of 122 bytes", overlay(3, 112, 122), "foreign", ["qcow2", "raw"], /backing file/),
  file("qcow2 overlay of 154 bytes", overlay(3, 112, 154), "foreign", ["qcow2", "raw"], /backing file/),
  file("qcow2 version 2 overlay of 88 bytes", overlay(2, 80, 88), "foreign", ["qcow2", "raw"], /backing/),
  file(
    "qcow2 overlay of 511 bytes",
    overlay(3, 112, 511),
    "foreign",
    ["raw", "ami"],
    /backing file|not match/,
  ),
  file(
    "qcow2 overlay, its name in the last bytes of the cluster",
    overlay(3, 64 * KiB - 8, 64 * KiB),
    "foreign",
    ["qcow2", "raw"],
  ),
  file("qcow2 overlay, its name behind the first cluster", overlay(3, 70_000, 128 * KiB), "broken", [
    "qcow2",
    "raw",
  ]),
  file(
    "qcow2 overlay and boot signature",
    withPieces(overlay(3, 112, 128 * KiB), [[510, latin1("\x55\xaa")]]),
    "foreign",
    ["qcow2", "raw", "ami"],
  ),
  file("qcow2 overlay and ISO", withPieces(overlay(3, 112, 128 * KiB), sample.iso().pieces), "foreign", [
    "qcow2",
    "iso",
    "raw",
  ]),
  file(
    "a tar whose first name makes a qcow2 overlay of it",
    withPieces(overlay(3, 112, 10 * KiB), [[257, latin1("ustar\0")]]),
    "foreign",
    ["raw", "qcow2"],
  ),
];

const valid = descriptor();
const flat = descriptor("monolithicFlat", 'RW 2048 FLAT "base.raw" 0');
const padded = (content: string, size: number): Drawing => ({ size, pieces: text(content).pieces });
const vmdkTypes = ["vmdk", "raw"];

const textVmdk: DrawnFile[] = [
  file("VMDK descriptor", text(flat), "foreign", vmdkTypes),
  file("VMDK descriptor, padded to 512 bytes", padded(flat, 512), "foreign", vmdkTypes),
  file("VMDK descriptor, padded to 4,096 bytes", padded(flat, 4096), "foreign", vmdkTypes),
  file("VMDK descriptor, padded to 1 MiB", padded(flat, MiB), "foreign", vmdkTypes),
  file(
    "VMDK descriptor, \\x01 in a comment",
    padded(flat.replace("# ", "#\x01 "), 4096),
    "foreign",
    vmdkTypes,
  ),
  file("VMDK descriptor, \\x1b in a comment", text(flat.replace("# ", "#\x1b[1m ")), "foreign", vmdkTypes),
  file("VMDK descriptor, \\xff in a comment", text(flat.replace("# ", "#\xff ")), "foreign", vmdkTypes),
  file(
    "VMDK descriptor, a colon behind createType",
    text(flat.replace("createType=", "createType:")),
    "foreign",
    vmdkTypes,
  ),
  file(
    "VMDK descriptor, two letters behind createType",
    text(flat.replace('createType="', "createTypexx")),
    "foreign",
    vmdkTypes,
  ),
  file(
    "VMDK descriptor, createType in the comment only",
    text(`# createType="monolithicFlat"\nversion=1\nRW 2048 FLAT "base.raw" 0\n`),
    "foreign",
    vmdkTypes,
  ),
  file(
    "VMDK descriptor of version 3 in lines of Windows",
    text(flat.replace("version=1", "version=3").replaceAll("\n", "\r\n")),
    "foreign",
    vmdkTypes,
  ),
  file("VMDK descriptor behind lines of blanks", text(`   \n \n${flat}`), "foreign", vmdkTypes),
  file("VMDK descriptor without a comment", text(flat.replace(/^#.*\n/, "")), "foreign", vmdkTypes),
  file(
    "VMDK descriptor behind 450 bytes of comment",
    text(`#${"x".repeat(450)}\n${flat}`),
    "foreign",
    vmdkTypes,
  ),
  file(
    "VMDK descriptor of a split disk",
    text(descriptor("twoGbMaxExtentFlat", 'RW 2048 FLAT "base.raw" 0\nRW 2048 FLAT "base.raw" 0')),
    "foreign",
    vmdkTypes,
  ),
  file("VMDK descriptor of ESX", text(descriptor("vmfs", 'RW 2048 VMFS "base.raw"')), "foreign", vmdkTypes),
  file(
    "VMDK descriptor with an absolute path",
    text(descriptor("monolithicFlat", 'RW 2 FLAT "/etc/hostname" 0')),
    "foreign",
    vmdkTypes,
  ),
  file(
    "VMDK descriptor with a device",
    text(descriptor("fullDevice", 'RW 2 FLAT "/dev/null" 0')),
    "broken",
    vmdkTypes,
  ),
  file(
    "VMDK descriptor with a pseudo protocol",
    text(descriptor("monolithicFlat", 'RW 2 FLAT "nbd://127.0.0.1:1/x" 0')),
    "foreign",
    vmdkTypes,
  ),
  file("VMDK descriptor without a version", text(flat.replace(/^version.*\n/m, "")), "foreign", ["vmdk"]),
];

const sparse = (content: string) => withPieces(vmdk(content), [], 2 * MiB);
const named = valid.replace("createType", 'parentFileNameHint="base.vmdk"\ncreateType');
const sparseVmdk: DrawnFile[] = [
  file(
    "COWD",
    {
      size: 4096,
      pieces: [
        [0, latin1("COWD")],
        [4, little(1, 4)],
      ],
    },
    "broken",
    vmdkTypes,
    /one of several/,
  ),
  file(
    "COWD that names a parent",
    {
      size: 16 * KiB,
      pieces: [
        [0, latin1("COWD")],
        [4, little(1, 4)],
        [512, latin1(named)],
      ],
    },
    "broken",
    vmdkTypes,
  ),
  file(
    "VMDK without a capacity, its descriptor flat",
    withPieces(vmdk(flat), [[12, little(0, 8)]]),
    "foreign",
    vmdkTypes,
  ),
  file(
    "VMDK without a capacity, its descriptor elsewhere",
    withPieces(vmdk(valid), [
      [12, little(0, 8)],
      [28, little(40, 8)],
      [40 * 512, latin1(flat)],
    ]),
    "foreign",
    vmdkTypes,
  ),
  file("VMDK with a parent", sparse(named), "foreign", vmdkTypes, /parent/),
  file(
    "VMDK with a parent in a comment",
    sparse(`# parentFileNameHint="base.vmdk"\n${valid}`),
    "foreign",
    vmdkTypes,
    /parent/,
  ),
  file(
    "VMDK with a parent in a value",
    sparse(`${valid}ddb.comment = "parentFileNameHint=/base.vmdk"\n`),
    "foreign",
    vmdkTypes,
    /parent/,
  ),
  file(
    "VMDK with a parent behind its stated descriptor",
    withPieces(sparse(`${valid.padEnd(512, "\n")}parentFileNameHint="base.vmdk"\n`), [[36, little(1, 8)]]),
    "foreign",
    vmdkTypes,
    /parent/,
  ),
  file(
    "VMDK with a parent in the last of 20 sectors",
    withPieces(sparse(`${valid.padEnd(19 * 512, "\n")}parentFileNameHint="base.vmdk"\n`), [
      [36, little(1, 8)],
    ]),
    "foreign",
    vmdkTypes,
    /parent/,
  ),
];

const bootSector = (pieces: readonly Piece[], size = MiB): Drawing => ({
  size,
  pieces: [...pieces, [510, latin1("\x55\xaa")]],
});
/** The start of a FAT file system (Microsoft, FAT specification 1.03): number of tables, medium. */
const fat = (tables: number, medium: number): Drawing =>
  bootSector([
    [0, latin1("\xeb\x3c\x90mkfs.fat")],
    [11, little(512, 2)],
    [13, little(4, 1)],
    [16, little(tables, 1)],
    [21, little(medium, 1)],
    // Code where a partition table would be.
    [62, latin1("\x0e\x1f\xbe\x5b\x7c\xac\x22\xc0\x74\x0b\x56\xb4\x0e\xbb\x07\x00\xcd\x10".repeat(23))],
  ]);

const accepted = (title: string, drawing: Drawing, ...diskFormats: readonly string[]): DrawnFile => ({
  title,
  drawing,
  declared: [
    ...["raw", ...diskFormats].map((diskFormat) => ({ diskFormat, verdict: "accepted" as const })),
    { diskFormat: "qcow2", verdict: "mismatch" as const },
    { diskFormat: "raw", containerFormat: "ova", verdict: "accepted" as const },
  ],
});

const plain: DrawnFile[] = [
  accepted("zeros", { size: MiB, pieces: [] }, "ami", "ari", "aki", "ploop"),
  accepted("one sector of zeros", { size: 512, pieces: [] }),
  accepted("FAT floppy", fat(2, 0xf0), "ami"),
  accepted("FAT with one table", fat(1, 0xf8), "ami"),
  accepted("FAT on a fixed disk", fat(2, 0xf8), "ami"),
  accepted(
    "NTFS without partitions",
    bootSector([
      [0, latin1("\xeb\x52\x90NTFS    ")],
      [13, little(8, 1)],
      [0x15, little(0xf8, 1)],
      [440, latin1("\xfa\x33\xc0".repeat(22))],
    ]),
  ),
  accepted("empty DOS label", bootSector([[440, little(0x1234abcd, 4)]])),
  accepted(
    "boot code without a partition table",
    bootSector([[0, latin1("\xfa\x31\xc0\x8e\xd8".repeat(100))]]),
    "ami",
    "aki",
  ),
  accepted(
    "Linux kernel",
    bootSector([
      [0, latin1("MZ\xea\x07\x00")],
      [446, latin1("\x13\x7f")],
      [514, latin1("HdrS")],
    ]),
    "aki",
  ),
  accepted("MBR with one partition", sample.partitioned(sample.linux), "ami"),
  accepted("GPT", sample.partitioned(sample.protective)),
  accepted("hybrid MBR", sample.partitioned(sample.protective, sample.linux)),
  accepted("LUKS1 with its payload elsewhere", withPieces(sample.luks(), [], 16 * KiB)),
  accepted("LUKS2", sample.luks(2)),
  accepted(
    "ISO and partition table",
    withPieces(sample.iso(), sample.partitioned(sample.linux).pieces),
    "iso",
  ),
  accepted("ISO without a partition in its table", withPieces(sample.iso(), bootSector([]).pieces), "iso"),
  accepted(
    "UDF",
    {
      size: MiB,
      pieces: [
        [32769, latin1("BEA01")],
        [34817, latin1("NSR02")],
      ],
    },
    "iso",
  ),
  accepted("text", text("#!/bin/sh\necho createType version=1\n".padEnd(1024))),
  accepted("text of 100,000 bytes", text("# no descriptor\n".repeat(6250) + "x".repeat(480))),
  accepted("random bytes without a zero", {
    size: 128 * KiB,
    pieces: [[0, Uint8Array.from({ length: 128 * KiB }, (_, n) => (((n * 2654435761) >>> 8) % 255) + 1)]],
  }),
  accepted("cloop", withPieces(sample.cloop(), [], 4096)),
  {
    title: "a tar",
    drawing: {
      size: 10 * KiB,
      pieces: [
        [0, latin1("disk.ovf")],
        [257, latin1("ustar\x0000")],
      ],
    },
    declared: [
      ...["vmdk", "qcow2", "raw", "iso"].map((diskFormat) => ({
        diskFormat,
        containerFormat: "ova",
        verdict: "accepted" as const,
      })),
      { diskFormat: "raw", containerFormat: "docker", verdict: "accepted" },
      { diskFormat: "vmdk", verdict: "mismatch" },
    ],
  },
];

const other: DrawnFile[] = [
  file(
    "QED overlay of 64 bytes",
    {
      size: 64 + 8,
      pieces: [
        [0, latin1("QED\0")],
        [4, little(64 * KiB, 4)],
        [8, little(1, 4)],
        [12, little(1, 4)],
        [16, little(1, 8)],
        [40, little(64 * KiB, 8)],
        [48, little(MiB, 8)],
        [56, little(64, 4)],
        [60, little(8, 4)],
        [64, latin1("base.raw")],
      ],
    },
    "broken",
    ["raw"],
    /never allowed/,
  ),
  file("Bochs redolog of a session", sample.bochs("Undoable"), "difference", ["raw"], /base disk/),
  file(
    "VHDX with a parent",
    withPieces(sample.vhdx(), [[sample.VHDX_METADATA + 64 * KiB + 12, little(2, 4)]]),
    "difference",
    ["vhdx", "raw"],
    /parent/,
  ),
  file(
    "VHDX with a log",
    withPieces(sample.vhdx(), [[sample.VHDX_HEADERS[1], sample.vhdxHeader(8, true)]]),
    "broken",
    ["vhdx", "raw"],
    /log/,
  ),
  {
    title: "VDI signature in a boot sector",
    drawing: withPieces(sample.vdi(), bootSector([]).pieces, MiB),
    declared: ["vdi", "raw"].map((diskFormat) => ({ diskFormat, verdict: "mismatch" })),
    message: /Multiple formats/,
  },
];

export const drawnFiles: readonly DrawnFile[] = [...qcow2, ...textVmdk, ...sparseVmdk, ...plain, ...other];
