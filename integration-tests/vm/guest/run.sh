# Sourced in the guest. "checks" becomes a JVM with the checks, so call it in parentheses. C1 and the serial collector start
# fastest under emulation, and classes that were verified outside need not be verified again.
echo 40 >/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages
echo dax0.0 >/sys/bus/dax/drivers/device_dax/new_id 2>/dev/null
java="java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto -XX:-UsePerfData -Xmx256m -XX:+UnlockDiagnosticVMOptions \
    -XX:-BytecodeVerificationRemote --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -cp $(cat /app/classpath) dev.dmaops.integration.vm.Guest"
checks() {
    exec $java "$@"
}
# The same as user 1000, who may lock 2 MiB.
as_user() {
    ulimit -l 2048
    exec su user -s /bin/sh -c "exec $java $*"
}
# A process is killed while its device writes; then the checks that all is well. $1: on which way.
killed() {
    (checks hang "$1") >/tmp/hang 2>&1 &
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
    (checks again "$1")
}
