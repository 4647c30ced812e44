#!/usr/bin/env bash
# boot.sh NAME SCRIPT APP IOMMU [KERNEL WORDS]: boots once and runs SCRIPT of the folder APP, which becomes /app in the guest.
# IOMMU: intel, intel-no-remapping (no interrupt remapping), amd, none. What the guest printed goes to VM_DIR/runs/NAME.log.
set -euo pipefail
. "$(dirname "$0")/settings.sh"
name=$1 script=$2 app=$3 iommu=$4 words=${5:-}
runs=$VM_DIR/runs
mkdir -p "$runs"
overlay=$(mktemp -d)
trap 'rm -rf "$overlay" "$runs/$name.initrd"' EXIT
chmod 755 "$overlay" # becomes / in the guest, which other users than root enter
mkdir "$overlay/app"
cp -rL "$app"/. "$overlay/app/"
extra=()
case $words in *vm.extra=*) extra=("$VM_DIR/extra.cpio") ;; esac
(cd "$overlay" && find . -print0 | unpacked bin/cpio --null -o -H newc --quiet --owner=0:0) |
    cat "$VM_DIR/base.cpio" "${extra[@]}" - >"$runs/$name.initrd"
case $iommu in
    intel) unit=(-device "intel-iommu,intremap=on,device-iotlb=on") ;;
    intel-no-remapping) unit=(-device "intel-iommu,intremap=off") ;;
    amd) unit=(-device "amd-iommu,intremap=on") ;;
    none) unit=() ;;
    *) echo "vm: IOMMU $iommu: expected intel, intel-no-remapping, amd or none" >&2; exit 2 ;;
esac
disk=$app/disk.img
[ -e "$disk" ] || { disk=$runs/empty.img; truncate -s 64M "$disk"; }
# no_timer_check: the boot-time timer test fails now and then when emulation is slowed down by other work.
# One processor: with two, a start of the JVM takes between one second and twenty.
command=(usr/bin/qemu-system-x86_64 -L "$tools/usr/share/qemu" -L "$tools/usr/share/seabios" -L "$tools/usr/lib/ipxe/qemu"
    -accel tcg,thread=multi -cpu max -smp 1 -m "${VM_MEMORY:-3072}"
    -machine q35,kernel-irqchip=split -nodefaults -no-user-config -display none -no-reboot
    "${unit[@]}" -device edu,bus=pcie.0,addr=05.0
    -drive "file=$disk,if=none,id=disk,format=raw,snapshot=on" -device nvme,drive=disk,serial=DMAOPS1,bus=pcie.0,addr=06.0
    -serial "file:$runs/$name.log"
    -kernel "$kernel/boot/vmlinuz-$VM_KERNEL" -initrd "$runs/$name.initrd"
    -append "console=ttyS0 panic=-1 no_timer_check loglevel=4 vm.run=$script $words")
status=0
LD_LIBRARY_PATH=$libraries timeout "$VM_LIMIT" "$tools/${command[0]}" "${command[@]:1}" >"$runs/$name.qemu" 2>&1 || status=$?
echo "vm: $name: QEMU ended with status $status after $SECONDS s" | tee -a "$runs/$name.log"
[ "$status" -eq 0 ] || cat "$runs/$name.qemu" >&2
exit "$status"
