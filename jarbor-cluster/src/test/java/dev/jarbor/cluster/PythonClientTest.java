package dev.jarbor.cluster;

import dev.jarbor.testing.NeedsClients;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The official Python client, unmodified. What each test does is in {@code src/test/clients/python} under the name that it asks for. */
@NeedsClients
class PythonClientTest {
    @TempDir
    static Path home;

    @AutoClose
    private static OtherClient client;

    @BeforeAll
    static void doEverything() {
        client = OtherClient.of("python", home);
    }

    @Test
    void discoveryNamesGroupsResourcesAndVerbs() {
        client.did("discovery");
    }

    @Test
    void objectsAreCreatedReadChangedAndDeleted() {
        client.did("objects");
    }

    @Test
    void manifestsAreReadAndCreated() {
        client.did("yaml");
    }

    @Test
    void refusalsArriveAsTheErrorsThatTheClientKnows() {
        client.did("errors");
    }

    @Test
    void labelsAndFieldsSelect() {
        client.did("selectors");
    }

    @Test
    void aListIsReadInPages() {
        client.did("pages");
    }

    @Test
    void aWatchTellsWhatHappens() {
        client.did("watch");
    }

    @Test
    void aForgottenVersionIsGone() {
        client.did("gone");
    }

    @Test
    void whatIsAppliedBelongsToItsManagerUntilItIsForced() {
        client.did("apply");
    }

    @Test
    void everyKindOfPatchIsTaken() {
        client.did("patches");
    }

    @Test
    void aDeploymentIsScaled() {
        client.did("scale");
    }

    @Test
    void aStatusIsWrittenOnItsOwn() {
        client.did("status");
    }

    @Test
    void anEvictionAsksTheBudget() {
        client.did("eviction");
    }

    @Test
    void aDeletionHasPreconditionsAndAWay() {
        client.did("deletion");
    }

    @Test
    void aCollectionIsDeletedBySelector() {
        client.did("collection");
    }

    @Test
    void aDryRunWritesNothing() {
        client.did("dryRun");
    }

    @Test
    void unknownFieldsAreRefusedOrWarnedOf() {
        client.did("validation");
    }

    @Test
    void aCustomResourceLivesAsAnyOther() {
        client.did("custom");
    }

    @Test
    void aTokenOpensWhatItsAccountMay() {
        client.did("token");
    }

    @Test
    void aCertificateIsAskedForAndSigned() {
        client.did("signing");
    }

    @Test
    void theClientAsksWhatMayBeDone() {
        client.did("reviews");
    }

    @Test
    void theClientActsAsSomebodyElse() {
        client.did("impersonation");
    }

    @Test
    void whatHappensIsTold() {
        client.did("events");
    }

    @Test
    void oneOfTwoCandidatesLeads() {
        client.did("election");
    }

    @Test
    void aLogIsRead() {
        client.did("logs");
    }

    @Test
    void aCommandIsRunWithItsStreamsAndItsExitCode() {
        client.did("exec");
    }

    @Test
    void theStreamsOfAContainerAreJoined() {
        client.did("attach");
    }

    @Test
    void aPortIsForwarded() {
        client.did("forward");
    }

    @Test
    void aPodIsReachedThroughTheServer() {
        client.did("proxy");
    }

    @Test
    void aContainerIsAddedToARunningPod() {
        client.did("ephemeral");
    }

    @Test
    void anInformerMissesNothingWhenItsHistoryIsForgotten() {
        client.did("informer");
    }
}
