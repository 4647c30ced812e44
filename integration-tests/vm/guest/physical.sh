. /app/run.sh
(checks physical)
killed SYSFS
(as_user plain)
