. /app/run.sh
(checks vfio)
killed TRANSLATED
edu=/sys/bus/pci/devices/0000:00:05.0
echo vfio-pci >$edu/driver_override
echo 0000:00:05.0 >/sys/bus/pci/drivers_probe
chown user /dev/vfio/$(basename "$(readlink $edu/iommu_group)")
(as_user user)
