package dev.jarbor.cluster;

import dev.jarbor.testing.NeedsClients;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** client-go, unmodified: what operators and every tool in Go are made with. What each test does is in {@code src/test/clients/go} under the name that it asks for. */
@NeedsClients
class ClientGoTest {
    @TempDir
    static Path home;

    @AutoClose
    private static OtherClient client;

    @BeforeAll
    static void doEverything() {
        client = OtherClient.of("go", home);
    }

    @Test
    void discoveryNamesGroupsResourcesAndVerbs() {
        client.did("discovery");
    }

    @Test
    void bothVersionsOfOpenApiAreRead() {
        client.did("openapi");
    }

    @Test
    void objectsAreCreatedReadChangedAndDeleted() {
        client.did("objects");
    }

    @Test
    void objectsTravelAsProtobuf() {
        client.did("protobuf");
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
    void aWatchBeginsWithAListAndABookmark() {
        client.did("bookmarks");
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
    void metadataAloneIsListed() {
        client.did("metadata");
    }

    @Test
    void aCustomResourceLivesAsAnyOther() {
        client.did("custom");
    }

    @Test
    void conflictsAreTriedAgain() {
        client.did("retry");
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
    void aLogIsRead() {
        client.did("logs");
    }

    @Test
    void aCommandIsRunOverBothProtocols() {
        client.did("exec");
    }

    @Test
    void theStreamsOfAContainerAreJoined() {
        client.did("attach");
    }

    @Test
    void aPortIsForwardedOverBothProtocols() {
        client.did("forward");
    }

    @Test
    void aPodAndAServiceAreReachedThroughTheServer() {
        client.did("proxy");
    }

    @Test
    void aContainerIsAddedToARunningPod() {
        client.did("ephemeral");
    }

    @Test
    void oneOfTwoCandidatesLeads() {
        client.did("election");
    }

    @Test
    void anInformerMissesNothingWhenItsHistoryIsForgotten() {
        client.did("informer");
    }
}
