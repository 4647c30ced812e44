#!/usr/bin/env bash
# Fetches Debian's kernel and QEMU by name and unpacks them below VM_DIR. Installs nothing and needs no root.
# Ends with status 69 (EX_UNAVAILABLE) when the packages cannot be had.
set -euo pipefail
. "$(dirname "$0")/settings.sh"

unavailable() {
    echo "vm: packages cannot be had: $*" >&2
    exit 69
}

[ "$(uname -m)" = x86_64 ] || unavailable "they are for x86_64, this is $(uname -m)"
done=$VM_DIR/fetched-$VM_KERNEL
[ ! -e "$done" ] || exit 0
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || unavailable "apt-get or dpkg-deb is missing"
mkdir -p "$VM_DIR/packages"
cd "$VM_DIR/packages"
image=linux-image-$VM_KERNEL
wanted=$(apt-cache show --no-all-versions "$image" 2>/dev/null | sed -n 's/^Package: //p' | head -n 1)
[ "$wanted" = "$image" ] || unavailable "apt knows no $image; run apt-get update, or set VM_KERNEL to one of
$(apt-cache search '^linux-image-6.12.*deb12-amd64$' | cut -d' ' -f1 | tail -n 3)"
# What is installed here already is downloaded too: tools and libraries come from one place, whatever the machine has.
names=$(apt-get install --simulate --reinstall --no-install-recommends \
    qemu-system-x86 busybox-static cpio kmod xz-utils 2>/dev/null | sed -n 's/^Inst \([^ ]*\) .*/\1/p') ||
    unavailable "apt cannot resolve qemu-system-x86"
find . -name 'linux-image-*.deb' ! -name "${image}_*" -delete
# shellcheck disable=SC2086 # names are words
apt-get download $names "$image" >fetch.log 2>&1 || unavailable "$(tail -n 1 fetch.log)"
rm -rf "$tools" "$kernel"
mkdir -p "$tools" "$kernel"
for package in ./*.deb; do
    case $package in
        ./linux-image-*) dpkg-deb -x "$package" "$kernel" ;;
        *) dpkg-deb -x "$package" "$tools" ;;
    esac
done
kmod_as depmod -b "$kernel" "$VM_KERNEL"
: >"$done"
