. /app/run.sh
(checks amd)
