. /app/run.sh
(checks noiommu)
killed NO_IOMMU
