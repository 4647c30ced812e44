#!/usr/bin/env bash
# Builds VM_DIR/base.cpio: busybox, a jlinked Java runtime with its C libraries, the kernel modules that the tests load, /init.
# Not compressed: QEMU hands it over in one copy, and unpacking would be slow under emulation.
set -euo pipefail
. "$(dirname "$0")/settings.sh"
here=$(cd "$(dirname "$0")" && pwd -P)
key=$(cat "$here/init" "$here/initramfs.sh" "$JAVA_HOME/release" | sha256sum | cut -c 1-16)-$VM_KERNEL
[ "$(cat "$VM_DIR/base.key" 2>/dev/null)" != "$key" ] || exit 0
root=$VM_DIR/root
rm -rf "$root" "$VM_DIR/jre"
mkdir -p "$root"/{bin,dev,proc,sys,tmp,app,etc,mnt/huge,lib/x86_64-linux-gnu,lib64,"$modules"}
cp "$tools/bin/busybox" "$root/bin/busybox"
for applet in $("$tools/bin/busybox" --list); do
    [ "$applet" = busybox ] || ln -sf busybox "$root/bin/$applet"
done
"$JAVA_HOME/bin/jlink" --add-modules java.base,java.logging,java.management,jdk.jfr,jdk.unsupported --strip-debug \
    --no-header-files --no-man-pages --compress zip-0 --generate-cds-archive --output "$VM_DIR/jre" >/dev/null 2>&1
cp -a "$VM_DIR/jre" "$root/jre"
for library in $(ldd "$root/jre/bin/java" "$root"/jre/lib/server/libjvm.so "$root"/jre/lib/*.so |
    awk '$2 == "=>" && $3 ~ /^\/(usr\/)?lib/ { print $3 }' | sort -u); do
    cp -L "$library" "$root/lib/x86_64-linux-gnu/"
done
cp -L /lib64/ld-linux-x86-64.so.2 "$root/lib64/"
printf '%s\n' 'root:x:0:0:root:/:/bin/sh' 'user:x:1000:1000:user:/tmp:/bin/sh' >"$root/etc/passwd"
printf '%s\n' 'root:x:0:' 'user:x:1000:' >"$root/etc/group"
# Unpacked here, so that the guest needs no xz.
for module in vfio-pci vfio_iommu_type1 nvme uio_pci_generic dax_hmem device_dax ext4 crc32c_generic; do
    kmod_as modprobe -d "$kernel" -S "$VM_KERNEL" --show-depends "$module" | awk '$1 == "insmod" { print $2 }'
done | sort -u | while read -r object; do
    name=${object#"$kernel/"}
    mkdir -p "$root/$(dirname "$name")"
    case $name in
        *.xz) unpacked usr/bin/xz -dc "$object" >"$root/${name%.xz}" ;;
        *) cp "$object" "$root/$name" ;;
    esac
done
cp "$kernel/$modules"/modules.{builtin,builtin.modinfo,order} "$root/$modules/"
kmod_as depmod -b "$root" "$VM_KERNEL"
cp "$here/init" "$root/init"
chmod 755 "$root/init"
(cd "$root" && find . -print0 | unpacked bin/cpio --null -o -H newc --quiet --owner=0:0) >"$VM_DIR/base.cpio"
echo "$key" >"$VM_DIR/base.key"
