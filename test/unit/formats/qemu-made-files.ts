import type { Declared, Verdict } from "./judged-file.ts";

export const CANARIES = ["base.qcow2", "base.raw", "base.vmdk", "base.qed", "base.qcow"] as const;

/** A file that qemu-img makes: `qemu-img create ARGS NAME SIZE`. */
export interface QemuMade {
  readonly name: string;
  readonly args: readonly string[];
  readonly size?: string;
  readonly declared: readonly (Declared & { readonly verdict: Verdict })[];
  /** Changes bytes of the finished file. */
  readonly patch?: (file: Buffer) => void;
  /** The file that it refers to is not there for qemu-img: no conversion can follow. */
  readonly lost?: true;
}

type Options = Readonly<Record<string, string | readonly string[]>>;

const SECRET = ["--object", "secret,id=key,data=secret"];
const bare = (diskFormat: string, verdict: Verdict) => ({ diskFormat, verdict });
const inOva = (diskFormat: string, verdict: Verdict) => ({ diskFormat, containerFormat: "ova", verdict });

/** One file with each value of each option, all others as they are by default. */
function each(format: string, options: Options, declared: QemuMade["declared"], secret = false): QemuMade[] {
  return Object.entries(options).flatMap(([option, values]) =>
    [values].flat().map((value) => ({
      name: `${format}-${option}-${value}`.replaceAll(/[^\w.-]/g, "_"),
      args: [...(secret ? SECRET : []), "-f", format, "-o", `${option}=${value}`],
      declared,
    })),
  );
}

const sound = (diskFormat: string, asRaw: Verdict = "accepted") => [
  bare(diskFormat, "accepted"),
  bare("raw", asRaw),
  inOva(diskFormat, "accepted"),
];
const refused = (diskFormat: string, verdict: Verdict) => [
  bare(diskFormat, verdict),
  bare("raw", verdict),
  inOva(diskFormat, verdict),
];

const qcow2: QemuMade[] = [
  { name: "plain.qcow2", args: ["-f", "qcow2"], declared: [...sound("qcow2"), bare("vmdk", "mismatch")] },
  { name: "tiny.qcow2", args: ["-f", "qcow2"], size: "512", declared: sound("qcow2") },
  { name: "odd.qcow2", args: ["-f", "qcow2"], size: "1000001", declared: sound("qcow2") },
  { name: "large.qcow2", args: ["-f", "qcow2"], size: "3T", declared: sound("qcow2") },
  ...each(
    "qcow2",
    {
      compat: ["0.10", "1.1", "v2", "v3"],
      cluster_size: ["512", "4k", "2M"],
      compression_type: ["zlib", "zstd"],
      extended_l2: ["on", "off"],
      "extended_l2=on,cluster_size": ["16k", "128k"],
      lazy_refcounts: ["on", "off"],
      preallocation: ["off", "metadata", "falloc", "full"],
      refcount_bits: ["1", "8", "64"],
    },
    sound("qcow2"),
  ),
  ...each(
    "qcow2",
    {
      "encrypt.key-secret=key,encrypt.format": ["aes", "luks"],
      "encrypt.format=luks,encrypt.key-secret=key,encrypt.iter-time": "10",
      "encrypt.format=luks,encrypt.key-secret=key,encrypt.iter-time=10,compat": "0.10",
      "encrypt.format=luks,encrypt.key-secret=key,encrypt.iter-time=10,encrypt.cipher-mode": "cbc",
      "encrypt.format=luks,encrypt.key-secret=key,encrypt.iter-time=10,encrypt.cipher-alg": "serpent-256",
      "encrypt.format=luks,encrypt.key-secret=key,encrypt.iter-time=10,encrypt.hash-alg": "sha512",
      "encrypt.format=luks,encrypt.key-secret=key,encrypt.iter-time=10,encrypt.ivgen-alg": "plain64",
    },
    sound("qcow2"),
    true,
  ),
  {
    name: "overlay.qcow2",
    args: ["-f", "qcow2", "-b", "base.qcow2", "-F", "qcow2"],
    declared: [...refused("qcow2", "foreign"), bare("ami", "foreign"), bare("iso", "foreign")],
  },
  {
    name: "overlay-v2.qcow2",
    args: ["-f", "qcow2", "-o", "compat=0.10", "-b", "base.raw", "-F", "raw"],
    declared: refused("qcow2", "foreign"),
  },
  {
    name: "overlay-512.qcow2",
    args: ["-f", "qcow2", "-o", "cluster_size=512", "-b", "base.raw", "-F", "raw"],
    declared: refused("qcow2", "foreign"),
  },
  ...["nbd://127.0.0.1:1/x", 'json:{"driver":"nbd","host":"127.0.0.1"}', "/etc/hostname", "../x"].map(
    (backing, n) => ({
      name: `overlay-elsewhere-${n}.qcow2`,
      args: ["-f", "qcow2", "-u", "-b", backing, "-F", "raw"],
      declared: refused("qcow2", "foreign"),
      lost: true as const,
    }),
  ),
  {
    name: "data-file.qcow2",
    args: ["-f", "qcow2", "-o", "data_file=data-file.raw"],
    declared: refused("qcow2", "foreign"),
  },
  {
    name: "data-file-raw.qcow2",
    args: ["-f", "qcow2", "-o", "data_file=data-file-raw.raw,data_file_raw=on"],
    declared: refused("qcow2", "foreign"),
  },
  {
    name: "unknown-feature.qcow2",
    args: ["-f", "qcow2"],
    patch: (file) => file.writeUInt8(0x20, 79),
    declared: refused("qcow2", "broken"),
  },
];

const qcow: QemuMade[] = [
  { name: "plain.qcow", args: ["-f", "qcow"], declared: refused("qcow2", "banned") },
  {
    name: "encrypted.qcow",
    args: [...SECRET, "-f", "qcow", "-o", "encrypt.format=aes,encrypt.key-secret=key"],
    declared: refused("qcow2", "banned"),
    lost: true, // to be converted it needs its key
  },
  {
    name: "overlay.qcow",
    args: ["-f", "qcow", "-b", "base.qcow", "-F", "qcow"],
    declared: refused("qcow2", "foreign"),
  },
];

const vmdk: QemuMade[] = [
  ...[
    "plain.vmdk",
    "größe.vmdk",
    "イメージ.vmdk",
    "createtype.vmdk",
    "createType.vmdk",
    "a b=c.vmdk",
    "#ddb.vmdk",
  ].map((name) => ({ name, args: ["-f", "vmdk"], declared: sound("vmdk") })),
  { name: "large.vmdk", args: ["-f", "vmdk"], size: "100G", declared: sound("vmdk") },
  {
    name: "parentFileNameHint.vmdk",
    args: ["-f", "vmdk"],
    declared: refused("vmdk", "foreign"),
    lost: true,
  },
  ...each(
    "vmdk",
    {
      adapter_type: ["ide", "lsilogic", "buslogic", "legacyESX"],
      compat6: ["on", "off"],
      hwversion: ["4", "6", "14"],
      toolsversion: ["2147483647", "10"],
      zeroed_grain: ["on", "off"],
      subformat: ["monolithicSparse", "streamOptimized"],
    },
    sound("vmdk"),
  ),
  ...each(
    "vmdk",
    { subformat: ["monolithicFlat", "twoGbMaxExtentSparse", "twoGbMaxExtentFlat"] },
    refused("vmdk", "foreign"),
  ),
  {
    name: "overlay.vmdk",
    args: ["-f", "vmdk", "-b", "base.vmdk", "-F", "vmdk"],
    declared: refused("vmdk", "foreign"),
  },
  {
    name: "overlay-stream.vmdk",
    args: ["-f", "vmdk", "-o", "subformat=streamOptimized", "-b", "base.vmdk", "-F", "vmdk"],
    declared: refused("vmdk", "foreign"),
  },
  {
    name: "overlay-capitals.vmdk",
    args: ["-f", "vmdk", "-b", "base.vmdk", "-F", "vmdk"],
    patch: replacing("parentFileNameHint", "PARENTFILENAMEHINT"),
    declared: refused("vmdk", "difference"),
  },
  {
    name: "parent-cid-alone.vmdk",
    args: ["-f", "vmdk"],
    patch: replacing("parentCID=ffffffff", "parentCID=0123abcd"),
    declared: refused("vmdk", "difference"),
  },
];

/** The checksum of a VHD's footer: the complement of the sum of all other bytes. */
function sumUp(file: Buffer, at: number): void {
  file.writeUInt32BE(0, at + 64);
  const sum = file.subarray(at, at + 512).reduce((total, byte) => total + byte, 0);
  file.writeInt32BE(~sum, at + 64);
}

// The disk must have been resized: another program's footer, with the size it was made with left in it.
const asResized = (fixed: boolean) => (file: Buffer) => {
  for (const at of fixed ? [file.length - 512] : [0, file.length - 512]) {
    file.write("win ", at + 28, "latin1");
    file.writeBigUInt64BE(4096n, at + 40);
    sumUp(file, at);
  }
};

const vhd: QemuMade[] = [
  { name: "plain.vhd", args: ["-f", "vpc"], declared: [...sound("vhd"), bare("vhdx", "mismatch")] },
  { name: "large.vhd", args: ["-f", "vpc"], size: "200G", declared: sound("vhd") },
  {
    name: "large-forced.vhd",
    args: ["-f", "vpc", "-o", "force_size=on"],
    size: "200G",
    declared: sound("vhd"),
  },
  ...each(
    "vpc",
    {
      force_size: ["on", "off"],
      subformat: ["dynamic", "fixed"],
      "subformat=fixed,force_size": ["on", "off"],
    },
    sound("vhd"),
  ),
  {
    name: "resized.vhd",
    args: ["-f", "vpc", "-o", "force_size=on"],
    patch: asResized(false),
    declared: sound("vhd"),
  },
  {
    name: "resized-fixed.vhd",
    args: ["-f", "vpc", "-o", "subformat=fixed,force_size=on"],
    patch: asResized(true),
    declared: sound("vhd"),
  },
  {
    name: "partitioned-fixed.vhd",
    args: ["-f", "vpc", "-o", "subformat=fixed"],
    patch: (file) => file.write("\x80\x20\x21\x00\x83", 446, "latin1") + file.writeUInt16BE(0x55aa, 510),
    declared: sound("vhd"),
  },
  {
    name: "differencing.vhd",
    args: ["-f", "vpc"],
    patch: (file) => file.writeUInt32BE(4, 60) + file.writeUInt32BE(4, file.length - 512 + 60),
    declared: refused("vhd", "difference"),
  },
  {
    name: "differencing-at-the-end.vhd",
    args: ["-f", "vpc"],
    patch: (file) => file.writeUInt32BE(4, file.length - 512 + 60),
    declared: refused("vhd", "difference"),
  },
  {
    name: "parent-locator.vhd",
    args: ["-f", "vpc"],
    patch: (file) => file.write("W2ku", 512 + 576, "latin1"),
    declared: refused("vhd", "difference"),
  },
];

const vhdx: QemuMade[] = [
  { name: "plain.vhdx", args: ["-f", "vhdx"], declared: sound("vhdx") },
  { name: "large.vhdx", args: ["-f", "vhdx"], size: "1T", declared: sound("vhdx") },
  ...each(
    "vhdx",
    {
      block_size: ["1M", "256M"],
      block_state_zero: ["on", "off"],
      log_size: ["1M", "4M"],
      subformat: ["dynamic", "fixed"],
    },
    sound("vhdx"),
  ),
];

const others: QemuMade[] = [
  ...each("vdi", { static: ["on", "off"] }, sound("vdi")),
  { name: "odd.vdi", args: ["-f", "vdi"], size: "1000001", declared: sound("vdi") },
  {
    name: "differencing.vdi",
    args: ["-f", "vdi"],
    patch: (file) => file.writeUInt32LE(4, 0x4c),
    declared: refused("vdi", "difference"),
  },
  {
    name: "parent.vdi",
    args: ["-f", "vdi"],
    patch: (file) => file.fill(7, 0x1b8, 0x1c8),
    declared: refused("vdi", "difference"),
  },
  {
    name: "link.vdi",
    args: ["-f", "vdi"],
    patch: (file) => file.fill(7, 0x1a8, 0x1b8),
    declared: refused("vdi", "difference"),
  },
  {
    name: "plain.qed",
    args: ["-f", "qed"],
    declared: [...refused("raw", "banned"), bare("qcow2", "banned")],
  },
  ...each("qed", { cluster_size: ["4k", "1M"], table_size: ["2", "16"] }, refused("raw", "banned")),
  {
    name: "overlay.qed",
    args: ["-f", "qed", "-b", "base.qed", "-F", "qed"],
    declared: refused("raw", "foreign"),
  },
  { name: "plain.hds", args: ["-f", "parallels"], declared: [...sound("ploop"), bare("qcow2", "mismatch")] },
  ...each("parallels", { cluster_size: ["64k", "4M"] }, sound("ploop")),
  ...each(
    "luks",
    {
      "key-secret=key,iter-time": "10",
      "key-secret=key,iter-time=10,cipher-alg": "twofish-256",
      "key-secret=key,iter-time=10,ivgen-alg=essiv,ivgen-hash-alg=sha256,cipher-mode": "cbc",
      "key-secret=key,iter-time=10,hash-alg": "sha1",
      "key-secret=key,iter-time=10,ivgen-alg": "plain",
    },
    sound("luks"),
    true,
  ),
  { name: "plain.raw", args: ["-f", "raw"], declared: [...sound("raw"), bare("qcow2", "mismatch")] },
  ...each("raw", { preallocation: ["off", "falloc", "full"] }, sound("raw")),
];

function replacing(what: string, by: string): (file: Buffer) => void {
  return (file) => {
    file.write(by, file.indexOf(what), "latin1");
  };
}

/** Every format that qemu-img creates, with every option that it lists. */
export const qemuMade: readonly QemuMade[] = [...qcow2, ...qcow, ...vmdk, ...vhd, ...vhdx, ...others];
