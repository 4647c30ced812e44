. /app/run.sh
(checks passthrough)
