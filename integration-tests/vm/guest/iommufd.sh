. /app/run.sh
(checks iommufd)
killed TRANSLATED
