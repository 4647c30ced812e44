# Sourced in the guest. "checks" becomes a JVM with the checks, so call it in parentheses. C1 and the serial collector start
# fastest under emulation, and classes that were verified outside need not be verified again.
echo 40 >/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages
echo dax0.0 >/sys/bus/dax/drivers/device_dax/new_id 2>/dev/null
java="java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto -XX:-UsePerfData -Xmx256m -XX:+UnlockDiagnosticVMOptions \
    -XX:-BytecodeVerificationRemote --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Dslf4j.internal.verbosity=ERROR \
    -cp $(cat /app/classpath) dev.dmaops.integration.vm.Guest"
checks() {
    exec $java "$@"
}
# The same as user 1000, who may lock 2 MiB.
as_user() {
    ulimit -l 2048
    exec su user -s /bin/sh -c "exec $java $*"
}
. /app/kill.sh
