package io.tailrace.client;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What the client may lean on. That Android has it is the build's check, by signatures; see RATIONALE.md. */
final class HouseRulesTest {

    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.tailrace.client");

    @Test
    void nothingOfTheServerIsImported() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.tailrace..")
                        .and(com.tngtech.archunit.base.DescribedPredicate.not(
                                resideInAnyPackage("io.tailrace.client.."))))
                .because("the OpenAPI document is the contract")
                .check(OURS);
    }

    @Test
    void onlyWhatAndroidHasIsUsed() {
        noClasses()
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("java.net.http..", "java.lang.management..", "javax.management.."))
                .check(OURS);
    }

    @Test
    void onlyPublishersTouchesFlow() {
        noClasses()
                .that()
                .haveNameNotMatching("io\\.tailrace\\.client\\.Publishers.*")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.util\\.concurrent\\.Flow.*")
                .because("Android has it from API level 30 on only")
                .check(OURS);
    }

    @Test
    void theRoomsBelowDoNotKnowTheClient() {
        noClasses()
                .that()
                .resideInAnyPackage("io.tailrace.client.sse", "io.tailrace.client.queue", "io.tailrace.client.json")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.tailrace.client", "okhttp3..")
                .check(OURS);
    }

    @Test
    void onlyTheAdapterAndTheClientKnowGson() {
        noClasses()
                .that()
                .resideInAnyPackage("io.tailrace.client.sse", "io.tailrace.client.queue")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.google.gson..")
                .check(OURS);
    }

    @Test
    void thereAreNoCycles() {
        slices().matching("io.tailrace.(**)").should().beFreeOfCycles().check(OURS);
    }
}
