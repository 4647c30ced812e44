package dev.dmaops.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that runs twice: with an IOMMU in front of its devices, and without one.
 *
 * <p>The method may have a parameter of type {@link IommuWorld}, which says where it is, and one of type {@link
 * dev.dmaops.api.DmaPlatform}: {@link #value()} opened in that world, with whatever assembler is on the path. The platform is closed
 * after the test.
 *
 * {@snippet :
 * @WithAndWithoutIommu("""
 *         platform = x86
 *         kernel { version = "6.12", cmdline = "intel_iommu=on" }
 *         machine { memory = 4GiB }
 *         devices { "0000:00:02.0" { bus = pci, mask = 32bit } }
 *         """)
 * void driverMovesItsBytes(DmaPlatform platform, IommuWorld world) {
 *     // ...
 * }
 * }
 */
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(IommuWorlds.class)
public @interface WithAndWithoutIommu {
    /** The configuration, as HOCON text; needed for a parameter of type {@link dev.dmaops.api.DmaPlatform} only. */
    String value() default "";

    /** Ids of the devices behind the IOMMU where it is present, with {@code *} for any part of a name. */
    String[] behind() default "*";
}
