package io.tailrace.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.tailrace.log.postgres.Database;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A room may use the rooms before it and the floors below it, and there are no cycles. */
final class FloorPlanTest {

    /** From the ground up; each may use those before it. */
    private static final List<String> ROOMS = List.of(
            "io.tailrace.wire",
            "io.tailrace.log",
            "io.tailrace.log.postgres",
            "io.tailrace.catchup",
            "io.tailrace.redis",
            "io.tailrace.presence",
            "io.tailrace.presence.redis",
            "io.tailrace.server.http",
            "io.tailrace.server.access",
            "io.tailrace.server.limit",
            "io.tailrace.server.bus",
            "io.tailrace.server.schema",
            "io.tailrace.server.signal",
            "io.tailrace.server.write",
            "io.tailrace.server.manage",
            "io.tailrace.server.relay",
            "io.tailrace.server.hub",
            "io.tailrace.server.gateway",
            "io.tailrace.server.cursors",
            "io.tailrace.server.ops",
            "io.tailrace.server.embedded",
            "io.tailrace.server");

    /** What no room may use although it stands before it: storage knows no HTTP, presence knows no log. */
    private static final List<List<String>> WALLS = List.of(
            List.of("io.tailrace.presence..", "io.tailrace.log..", "io.tailrace.catchup.."),
            List.of("io.tailrace.redis..", "io.tailrace.wire..", "io.tailrace.log..", "io.tailrace.catchup.."),
            List.of("io.tailrace.catchup..", "io.tailrace.log.postgres.."),
            List.of("io.tailrace.log..", "io.helidon.."),
            List.of("io.tailrace.server.hub..", "io.helidon.."),
            List.of("io.tailrace.server.bus..", "io.helidon..", "io.tailrace.log.."));

    /**
     * Who may run statements that no tenant confines: what serves many tenants at once, or has yet to learn the tenant. The
     * list, with the reasons, stands in {@code catchup-api/RATIONALE.md}.
     */
    private static final String[] UNCONFINED = {
        "io.tailrace.log.postgres.Database",
        "io.tailrace.log.postgres.Appender",
        "io.tailrace.log.postgres.PostgresLogEpoch",
        "io.tailrace.log.postgres.PostgresOutbox",
        "io.tailrace.log.postgres.PostgresRetention",
        "io.tailrace.server.access.Tickets",
        "io.tailrace.server.gateway.CheckpointTable",
        "io.tailrace.server.Assembly"
    };

    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("io.tailrace");

    @TestFactory
    List<DynamicTest> everyRoomUsesOnlyWhatStandsBeforeIt() {
        return ROOMS.stream()
                .map(room -> DynamicTest.dynamicTest(room, () -> {
                    var above =
                            ROOMS.subList(ROOMS.indexOf(room) + 1, ROOMS.size()).toArray(String[]::new);
                    if (above.length > 0) {
                        noClasses()
                                .that()
                                .resideInAPackage(room)
                                .should()
                                .dependOnClassesThat(resideInAnyPackage(above))
                                .allowEmptyShould(true)
                                .check(OURS);
                    }
                }))
                .toList();
    }

    @TestFactory
    List<DynamicTest> wallsHold() {
        return WALLS.stream()
                .map(wall -> DynamicTest.dynamicTest(wall.getFirst(), () -> noClasses()
                        .that()
                        .resideInAPackage(wall.getFirst())
                        .should()
                        .dependOnClassesThat(
                                resideInAnyPackage(wall.subList(1, wall.size()).toArray(String[]::new)))
                        .allowEmptyShould(true)
                        .check(OURS)))
                .toList();
    }

    @Test
    void everyPackageIsARoomOfThePlan() {
        var packages = OURS.stream().map(JavaClass::getPackageName).distinct().toList();

        assertThat(packages).isSubsetOf(ROOMS);
    }

    @Test
    void thereAreNoCyclesBetweenPackages() {
        slices().matching("io.tailrace.(**)").should().beFreeOfCycles().check(OURS);
    }

    @Test
    void onlyTheRoomOfStorageOpensConnections() {
        noClasses()
                .that(not(resideInAnyPackage(
                        "io.tailrace.log.postgres", "io.tailrace.server.relay", "io.tailrace.server.embedded")))
                .should()
                .dependOnClassesThat(resideInAnyPackage("javax.sql..", "org.postgresql..", "com.zaxxer..")
                        .or(belongToAnyOf(Connection.class, Statement.class, DriverManager.class)))
                .because("everyone else says what it wants through Sql or an interface of the log")
                .check(OURS);
    }

    @Test
    void onlyWhatServesManyTenantsReachesAllOfThem() {
        var unconfined = DescribedPredicate.describe(
                "statements that no tenant confines",
                (AccessTarget target) -> target.getOwner().isEquivalentTo(Database.class)
                        && List.of("all", "borrow", "dedicated").contains(target.getName()));
        noClasses()
                .that(not(belongToAnyOf(named(UNCONFINED))))
                .should()
                .accessTargetWhere(JavaAccess.Predicates.target(unconfined))
                .because("what is done for one tenant says so, and PostgreSQL holds it to that: Database.of")
                .check(OURS);
    }

    private static Class<?>[] named(String... classes) {
        return Stream.of(classes).map(name -> OURS.get(name).reflect()).toArray(Class<?>[]::new);
    }
}
