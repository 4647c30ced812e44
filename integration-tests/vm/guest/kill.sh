# Sourced in the guest after "checks" is there.
# A process is killed while its device writes; then the checks that all is well. $1: on which way.
killed() {
    console=$(mktemp)
    (checks hang "$1") >"$console" 2>&1 &
    victim=$!
    for second in $(seq 120); do
        grep -q RUNNING "$console" && break
        kill -0 $victim 2>/dev/null || break
        sleep 1
    done
    sleep 1
    kill -9 $victim 2>/dev/null
    wait $victim 2>/dev/null
    status=$?
    # Without a kill in the middle of DMA the checks below would pass for nothing. 137 is 128 and the number of SIGKILL.
    if ! grep -q RUNNING "$console"; then
        cat "$console"
        echo "FAIL kill: $1: its device never ran"
        echo "DONE kill passed=0 failed=1"
    elif [ $status -ne 137 ]; then
        cat "$console"
        echo "FAIL kill: $1: it ended before the kill, with status $status"
        echo "DONE kill passed=0 failed=1"
    else
        echo "PASS kill: $1: it was killed while its device wrote"
        echo "DONE kill passed=1 failed=0"
    fi
    rm "$console"
    sleep 1
    (checks again "$1")
}
