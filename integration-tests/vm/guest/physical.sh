. /app/run.sh
(checks physical)
