#!/usr/bin/env bash
# Builds VM_DIR/extra.cpio: VFIO's modules and iommufd, from Debian's own source of the same release, with the two options that
# Debian leaves out: VFIO's mode without IOMMU, and iommufd with a node per device. The kernel stays Debian's.
# Installs nothing. Ends with status 69 (EX_UNAVAILABLE) when packages or the compiler cannot be had.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd -P)
. "$here/settings.sh"
key=$(sha256sum <"$here/modules.sh" | cut -c 1-16)-$VM_KERNEL
[ "$(cat "$VM_DIR/extra.key" 2>/dev/null)" != "$key" ] || exit 0

unavailable() {
    echo "vm: modules cannot be built: $*" >&2
    exit 69
}

for program in gcc-12 make strip; do
    command -v "$program" >/dev/null || unavailable "$program is missing; apt-get install gcc-12 make binutils"
done
packages=$VM_DIR/module-packages
rm -rf "$packages" # those of another release would be unpacked too
mkdir -p "$packages"
cd "$packages"
common=${VM_KERNEL%-*}
series=$(echo "$VM_KERNEL" | cut -d. -f1-2)
version=$(apt-cache show --no-all-versions "linux-headers-$VM_KERNEL" 2>/dev/null | sed -n 's/^Version: //p' | head -n 1)
[ -n "$version" ] || unavailable "apt knows no linux-headers-$VM_KERNEL; run apt-get update"
apt-get download "linux-headers-$VM_KERNEL=$version" "linux-headers-$common-common=$version" "linux-kbuild-$common=$version" \
    "linux-source-$series=$version" >fetch.log 2>&1 || unavailable "$(tail -n 1 fetch.log)"

work=$VM_DIR/modules
rm -rf "$work"
mkdir -p "$work/tree" "$work/source" "$work/build/iommu"
for package in ./linux-headers-*.deb ./linux-kbuild-*.deb; do
    dpkg-deb -x "$package" "$work/tree"
done
headers=$work/tree/usr/src/linux-headers-$VM_KERNEL
# The package names its other half by the place where it would be installed.
sed -i "s|/usr/src/|$work/tree/usr/src/|" "$headers/Makefile"
dpkg-deb -x ./linux-source-*.deb "$work/source"
archive=$(echo "$work"/source/usr/src/linux-source-*.tar.xz)
name=$(basename "$archive" .tar.xz)
unpacked usr/bin/xz -dc "$archive" | tar -C "$work/source" -x "$name/drivers/vfio" "$name/drivers/iommu/iommufd" \
    "$name/drivers/iommu/iommu-priv.h" "$name/lib/interval_tree.c"
rm -rf "$work/source/usr"
source=$work/source/$name
build=$work/build
cp -r "$source/drivers/vfio" "$build/vfio"
cp -r "$source/drivers/iommu/iommufd" "$build/iommu/iommufd"
cp "$source/drivers/iommu/iommu-priv.h" "$build/iommu/"
# Only iommufd selects the span iterator of the kernel's library, so Debian's kernel has none: it goes into iommufd.
cp "$source/lib/interval_tree.c" "$build/iommu/iommufd/interval_tree_source.c"
cat >"$build/iommu/iommufd/span_iterator.c" <<'C'
#include <linux/export.h>
#include <linux/interval_tree.h>
#include <linux/interval_tree_generic.h>
#include <linux/compiler.h>
#undef EXPORT_SYMBOL_GPL
#define EXPORT_SYMBOL_GPL(x)
#include "interval_tree_source.c"
C
sed -i 's/vfio_compat\.o$/vfio_compat.o span_iterator.o/' "$build/iommu/iommufd/Makefile"
cat >"$build/Kbuild" <<'K'
obj-m := vfio/ iommu/iommufd/
subdir-ccflags-y := -DCONFIG_VFIO_NOIOMMU=1 -DCONFIG_VFIO_DEVICE_CDEV=1 -DCONFIG_IOMMUFD_MODULE=1 -DCONFIG_INTERVAL_TREE_SPAN_ITER=1
K
# No BTF: that would need pahole, and nothing here reads it.
make -j2 -C "$headers" M="$build" CONFIG_VFIO_NOIOMMU=y CONFIG_VFIO_DEVICE_CDEV=y CONFIG_IOMMUFD=m CONFIG_DEBUG_INFO_BTF_MODULES= \
    modules >"$work/make.log" 2>&1 || {
    tail -n 30 "$work/make.log" >&2
    exit 1
}
mkdir -p "$work/overlay/extra"
for module in iommufd vfio vfio_iommu_type1 vfio-pci-core vfio-pci; do
    strip --strip-debug -o "$work/overlay/extra/$module.ko" "$(find "$build" -name "$module.ko")"
done
(cd "$work/overlay" && find . -print0 | unpacked bin/cpio --null -o -H newc --quiet --owner=0:0) >"$VM_DIR/extra.cpio"
rm -rf "$work/source" "$build" "$work/tree"
echo "$key" >"$VM_DIR/extra.key"
