. /app/run.sh
(checks vfio)
# A process is killed while its device writes.
(checks hang) >/tmp/hang 2>&1 &
victim=$!
for second in $(seq 120); do
    grep -q RUNNING /tmp/hang && break
    kill -0 $victim 2>/dev/null || break
    sleep 1
done
sleep 1
grep -q RUNNING /tmp/hang || cat /tmp/hang
kill -9 $victim
wait $victim 2>/dev/null
sleep 1
(checks again)
