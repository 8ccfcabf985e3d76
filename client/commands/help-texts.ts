export const mainHelp = `
Examples:
  imagectl --os-cloud mycloud upload disk.qcow2 --public --property os_distro=debian
  imagectl upload disk.qcow2 --resume          go on after a break, a kill or a reboot
  cat disk.qcow2 | imagectl upload - --name disk
  imagectl download disk disk.qcow2            again after a break: the same line
  imagectl verify disk.qcow2 --image disk
  imagectl image list --json

Where the cloud comes from:
  --os-cloud or OS_CLOUD names an entry of clouds.yaml (OS_CLIENT_CONFIG_FILE, the current folder,
  ~/.config/openstack, /etc/openstack; secure.yaml is merged in), else the OS_* variables count.

Completion, in ~/.bashrc (or zsh, fish in their files):
  source <(imagectl complete bash)

Exit codes:
  0  done
  1  failed; the message says what to do
  2  wrong usage or configuration
  3  not finished, nothing lost: the message has the command that goes on
  4  the data is not what it should be (a changed file, a hash that differs)
  130  ended at once by a second Ctrl-C (uploads and downloads of files can still go on)`;

export const uploadHelp = `
Examples:
  imagectl upload disk.qcow2
  imagectl upload disk.raw --name web-1 --private --tag nightly --property hw_disk_bus=scsi
  imagectl upload disk.qcow2 --id 1b4c…        into an image that exists and is queued
  imagectl upload disk.qcow2 --resume          sends only what the service lacks
  imagectl upload disk.qcow2 --limit-rate 20M
  imagectl upload disk.qcow2.xz --decompress
  imagectl upload disk.qcow2 --sign-key key.pem --cert-id 6d8b9f3a…

Going on from another machine:
  here:   imagectl transfer ticket disk.qcow2 --out disk.ticket
  there:  imagectl upload disk.qcow2 --ticket disk.ticket

Several machines on one image:
  imagectl transfer create disk.qcow2 --out disk.ticket
  imagectl upload disk.qcow2 --ticket disk.ticket --parts 1-40       on one
  imagectl upload disk.qcow2 --ticket disk.ticket --parts 41-80      on another
  imagectl transfer complete --ticket disk.ticket disk.qcow2`;

export const downloadHelp = `
Examples:
  imagectl download disk disk.qcow2
  imagectl download disk - | gzip > disk.qcow2.gz
Data is written to FILE.part and renamed when its hash is right. The same command goes on after a break.`;

export const verifyHelp = `
Examples:
  imagectl verify disk.qcow2 --image disk      is this file that image?
  imagectl verify disk                         reads what is stored and compares its hash
  imagectl verify disk --signature --cert signer.pem --trusted ca.pem
  imagectl verify disk.qcow2 --provenance disk    does the service vouch for this file?
  imagectl verify disk.qcow2 --provenance disk.statement --key glance.pem     the same without the service`;

export const memberHelp = `
Examples:
  imagectl image member add disk 8f2c…         whoever owns it; admins can name the project
  imagectl image list --visibility shared --member-status pending     what was offered to you
  imagectl image member accept disk
  imagectl image member list disk
  imagectl image member remove disk 8f2c…

An image must be shared (imagectl image set disk --shared) before it can be offered.`;

export const transferHelp = `
A ticket is all that is needed to go on with an upload on any machine; keep it like a password.
Examples:
  imagectl transfer create --size 40G --disk-format raw --name big --out big.ticket
  imagectl transfer show --ticket big.ticket
  imagectl transfer complete --ticket big.ticket          the service computes the hashes
  imagectl transfer abort disk.qcow2                      gives up an unfinished upload of this machine`;

export const imageHelp = `
Examples:
  imagectl image list --visibility public --sort name:asc --limit 20
  imagectl image show disk --json
  imagectl image set disk --name disk-old --property os_version=12 --remove-property os_distro
  imagectl image delete disk-old disk-older
  imagectl image deactivate disk               nobody downloads it until: imagectl image reactivate disk
  imagectl image restore 1b4c…                 undoes the deletion as long as the image is pending_delete
  imagectl image recover 1b4c…                 and later, as long as the deleted data is kept`;

export const importHelp = `
Examples:
  imagectl import https://example.org/disk.qcow2 --name disk --checksum sha256:9f86…
  imagectl import https://example.org/disk.qcow2 --id 1b4c…      into a queued image
  imagectl upload disk.qcow2 --stage --name disk && imagectl import disk --all-stores
  imagectl import disk --store cheap           an active image is copied into that store
  imagectl import 8f2c… --method glance-download --region RegionTwo

Ctrl-C ends the waiting only: imagectl import ID waits again.`;

export const mirrorHelp = `
Files are those of openstack-image-manager: images with a name, format and versions, each with its url and checksum.
Examples:
  imagectl mirror images.yml --dry-run
  imagectl mirror images/ --hide --keep 2
  imagectl mirror images.yml --only "Debian 12" --latest
  17 4 * * *  imagectl mirror /etc/images --quiet        in a crontab: what is there already costs a few calls

The same line again goes on where it broke off.`;

export const taskHelp = `
Examples:
  imagectl task list --image disk
  imagectl task list --status failure --limit 20
  imagectl task show 5d0e…`;

export const storeHelp = `
Examples:
  imagectl store list
  imagectl upload disk.qcow2 --store cheap
  imagectl store delete cheap disk             it stays in its other stores; never out of the last one`;

export const cacheHelp = `
Examples:
  imagectl cache list
  imagectl cache queue disk                    it is there within seconds; delete takes it out again
  imagectl cache clear --target queue          nothing more is copied of what waits`;

export const auditHelp = `
Examples:
  imagectl audit --status quarantined
  imagectl audit --json
  imagectl audit --acknowledge hash-mismatch.1b4c…     it is known: told no more until it changes`;

export const ingressHelp = `
Example:
  imagectl ingress --endpoint https://….amazonaws.com/prod --listen 9292
Clients that send an image as one PUT talk to http://127.0.0.1:9292 instead of the endpoint.`;

export const eventsHelp = `
The runtime is that of \`npm start\`, found through GLANCE_HOME (.local). On AWS, subscribe with a rule on the bus.
Examples:
  imagectl events --follow
  imagectl events | jq -r '.time + " " + .["detail-type"] + " " + .detail.message_id'`;

export const identityHelp = `
For admins. Examples:
  imagectl identity project create lab
  imagectl identity user create joe                    shows joe's new password, once
  imagectl identity role add member --user joe --project lab
  imagectl identity user set joe --disable             his tokens end within token_cache_time
  imagectl identity user set joe --password-file new-password`;

export const metadefsHelp = `
Examples:
  imagectl metadefs load                           Debian's: apt install glance-common
  imagectl metadefs load my.json others/ --dry-run
  imagectl metadefs load my.json --merge           adds what is missing, changes nothing
  imagectl metadefs load my.json --merge --prefer-new
  imagectl metadefs export backup --resource-type OS::Glance::Image
  imagectl metadefs check debian-13                exit code 4 when something contradicts
  imagectl metadefs unload                         shows what would be deleted
  imagectl metadefs unload OS::Compute::Quota --yes --force

The same line again goes on where a load broke off.`;
