# Sourced by the other scripts. Each value can be set in the environment.
: "${VM_DIR:=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)/.dmaops/vm}" # downloads and what is built from them
: "${VM_KERNEL:=6.12.117+deb12-amd64}"                                          # release of Debian's kernel, uname -r in the guest
: "${VM_LIMIT:=400}"                                                            # seconds that one boot may take
: "${JAVA_HOME:?set it to a JDK 25 or newer}"
tools=$VM_DIR/tools
kernel=$VM_DIR/kernel
modules=lib/modules/$VM_KERNEL
libraries=$tools/usr/lib/x86_64-linux-gnu:$tools/lib/x86_64-linux-gnu

# Runs a program that was unpacked, not installed, with the libraries unpacked beside it.
unpacked() {
    LD_LIBRARY_PATH=$libraries "$tools/$@"
}

# kmod is one program that looks at the name it was started by.
kmod_as() {
    (LD_LIBRARY_PATH=$libraries exec -a "$1" "$tools/bin/kmod" "${@:2}")
}
