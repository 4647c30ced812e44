package dev.dmaops.api;

import dev.dmaops.spi.PlatformAssembler;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * A machine with its devices, each served by the backend that its kernel's rules choose.
 *
 * <p>Open one, ask it for devices, close it: closing gives back pools and machine memory, and every mapping ends with it.
 */
public interface DmaPlatform extends AutoCloseable {
    /**
     * Opens the platform that a configuration file describes.
     *
     * @throws DmaConfigurationException with every mistake in the file and in the files it names; nothing stays open
     */
    static DmaPlatform open(Path configuration) {
        List<ServiceLoader.Provider<PlatformAssembler>> found =
                ServiceLoader.load(PlatformAssembler.class).stream().toList();
        if (found.isEmpty()) {
            throw new DmaConfigurationException(
                    DmaErrorCode.NO_ASSEMBLER,
                    configuration.toString(),
                    "nothing here can assemble a platform: expected one " + PlatformAssembler.class.getName()
                            + ", found none. Add the artifact dev.dmaops:dmaops-runtime.");
        }
        if (found.size() > 1) {
            throw new DmaConfigurationException(
                    DmaErrorCode.DUPLICATE_PROVIDER,
                    configuration.toString(),
                    "expected one " + PlatformAssembler.class.getName() + ", found "
                            + found.stream().map(p -> p.type().getName()).toList() + ". Remove all but one.");
        }
        return found.getFirst().get().assemble(configuration);
    }

    /** What the configuration calls this platform: {@code x86}, {@code arm} or {@code arm64}. */
    String name();

    /**
     * The device of that id.
     *
     * @throws DmaConfigurationException {@link DmaErrorCode#UNKNOWN_DEVICE}, with the nearest names
     */
    DmaDevice device(String id);

    /** All devices that can be opened, in the order of the description. */
    Collection<DmaDevice> devices();

    /** How every device's memory is made reachable, also of those that cannot be opened. */
    List<BackendChoice> choices();

    /** The bounce pools, the default one first. */
    List<PoolStatistics> pools();

    /** Starts the high-water mark of every bounce pool again at the slots in use now. */
    void resetHighWater();

    /** A part of the machine or a hook by its type, for tests and tools: a simulated machine, a hypervisor. */
    <T> Optional<T> part(Class<T> type);

    /** Ends all mappings and gives the machine's memory back. Does nothing the second time. */
    @Override
    void close();
}
