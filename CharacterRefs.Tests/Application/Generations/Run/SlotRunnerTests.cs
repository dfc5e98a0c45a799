using CharacterRefs.Application.Generations;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Domain.References;
using CharacterRefs.Infrastructure.Files;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Doubles;
using CharacterRefs.Tests.Support.Scenes;
using NSubstitute;

namespace CharacterRefs.Tests.Application.Generations.Run;

[Category("Unit")]
internal sealed class SlotRunnerTests
{
    [Test]
    public async Task Run_WhenTheImageComes_RecordsEveryStepInOrder()
    {
        await using var scene = new GenerationScene();
        scene.Generator.Scripts[0] = async slot =>
        {
            await slot.StartAsync();
            await Condition.UntilAsync(() => scene.Ledger.JournalOf(0).Contains("Running prediction-0"));
            slot.Progress.Storing();
            await Condition.UntilAsync(() => scene.Ledger.JournalOf(0).Contains("Storing prediction-0"));
            await slot.Progress.ReceiveAsync(new MemoryStream([1]), slot.Stop);
            return new SlotOutcome(SlotEnd.Received);
        };

        var generation = await scene.RunAsync();

        Assert.That(scene.Ledger.JournalOf(0), Is.EqualTo(
            ["Submitting", "Running prediction-0", "Storing prediction-0", "Succeeded prediction-0 row"]));
        var row = scene.Ledger.References.Single();
        Assert.That(row.Id, Is.EqualTo(generation.Slots[0].ImageId));
        Assert.That(row.Provenance, Is.EqualTo(generation.ProvenanceOf(generation.Slots[0])));
        Assert.That((row.Origin, row.Format, row.Width, row.Height), Is.EqualTo((ReferenceOrigin.Generated, ImageFormat.Jpeg, 640, 480)));
        Assert.That(scene.References.Staged.Single().Disposals, Is.EqualTo(1));
    }

    [Test]
    public async Task Run_WhenTheStoreComesFirstAndDoesNotRespond_StaysStoringAndCompletesLaterWithoutAnotherRequest()
    {
        await using var scene = new GenerationScene();
        scene.References.Storage = ReferenceScene.StoreFirst;
        scene.References.LetTheStoreTakeAll();
        scene.References.Reachability.IsReachable.Returns(false);

        var started = (await scene.BeginAsync()).Value!.Generation;
        await Condition.UntilAsync(() =>
        {
            scene.Clock.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(scene.References.Reachability.ReceivedCalls().Count() > 3);
        });
        var states = scene.Ledger.JournalOf(0).ToList();
        scene.References.Reachability.IsReachable.Returns(true);
        var generation = await scene.EndAsync(started);

        Assert.That(states, Has.Some.StartsWith("Storing").And.None.StartsWith("Succeeded"));
        Assert.That(generation.Slots[0].State, Is.EqualTo(GenerationSlotState.Succeeded));
        Assert.That(scene.Ledger.References.Single().PersistedCopy, Is.Not.Null);
        Assert.That(scene.Generator.Tasks, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Run_WhenTheStoreHasOtherBytesOfAnotherNode_CompletesWithThose()
    {
        await using var scene = new GenerationScene();
        scene.References.Storage = ReferenceScene.StoreFirst;
        scene.References.Store.SaveAsync(default!, default!, default).ReturnsForAnyArgs(call =>
        {
            var metadata = new AssetMetadata(call.Arg<AssetKey>(), 10, "image/jpeg", AReference.Uploaded().Sha256, AReference.Time);
            scene.References.Store.OpenReadAsync(default!, default, default)
                .ReturnsForAnyArgs(new OpenAsset(metadata, new MemoryStream(new byte[10]), 10));
            scene.References.Entries.Add(new AssetEntry(call.Arg<AssetKey>(), 10, AReference.Time));
            return SaveOutcome.Conflict;
        });

        var generation = await scene.RunAsync();

        Assert.That(generation.Slots[0].State, Is.EqualTo(GenerationSlotState.Succeeded));
        Assert.That(scene.Ledger.References.Single().PersistedCopy, Is.Not.Null);
        Assert.That(scene.References.Journal, Has.One.EqualTo($"delete file {generation.Slots[0].ImageId}"));
        Assert.That(scene.Generator.Tasks, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Run_WhenThePredictionIsBeingRecorded_FetchesItsOutputMeanwhile()
    {
        await using var scene = new GenerationScene();
        using var received = new ManualResetEventSlim();
        var isRecordedLater = false;
        scene.Ledger.BeforeWrite = to =>
        {
            if (to.State is GenerationSlotState.Running or GenerationSlotState.Storing)
            {
                isRecordedLater = received.Wait(TimeSpan.FromSeconds(20));
            }
        };
        scene.Generator.Scripts[0] = async slot =>
        {
            var outcome = await slot.DeliverAsync();
            received.Set();
            return outcome;
        };

        await scene.RunAsync();

        Assert.That(isRecordedLater, Is.True, "the output was received before the record was written");
        Assert.That(scene.Ledger.JournalOf(0).TakeLast(2), Is.EqualTo(["Storing prediction-0", "Succeeded prediction-0 row"]), "the end is recorded last");
    }

    [Test]
    public async Task Run_WhenOneSlotIsRejected_KeepsTheOthers()
    {
        await using var scene = new GenerationScene();
        scene.Generator.Scripts[1] = slot => slot.FailAsync(ErrorKind.GenerationRejected, "Too violent.");

        var generation = await scene.RunAsync(GenerationScene.Command(3));

        Assert.That(generation.Status, Is.EqualTo(GenerationStatus.Partial));
        Assert.That(generation.Slots.Where(slot => slot.Error is not null)
            .Select(slot => (slot.Error, slot.ErrorDetail)), Is.EqualTo([("GenerationRejected", "Too violent.")]));
        Assert.That(scene.Ledger.References, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Run_WhenEverySlotFails_HasTheErrorOfTheFirstAndWhetherAnyWasPaid()
    {
        await using var scene = new GenerationScene();
        scene.Generator.Scripts[0] = slot => slot.FailAsync(ErrorKind.GenerationRejected, "Too violent.");
        scene.Generator.Scripts[1] = async slot => await slot.StartAsync()
            ?? SlotOutcome.Failure(new Error(ErrorKind.UpstreamFailed, "No image.") { IsPaid = true });

        var error = SlotFailure.OfAll(await scene.RunAsync(GenerationScene.Command(2)))!;

        Assert.That((error.Kind, error.Detail, error.IsPaid), Is.EqualTo((ErrorKind.GenerationRejected, "Too violent.", true)));
    }

    [Test]
    public async Task Run_WhenTheModelDeliversNoAcceptableImage_FailsAsUpstreamAndPublishesNothing()
    {
        await using var scene = new GenerationScene();
        scene.References.Inspector.InspectAsync(default!, default, default).ReturnsForAnyArgs(Error.Invalid("file", "The image has two frames."));

        var slot = (await scene.RunAsync()).Slots.Single();

        Assert.That(slot.Error, Is.EqualTo("UpstreamFailed"));
        Assert.That(slot.ErrorDetail, Does.Contain("The image has two frames."));
        Assert.That(scene.References.Journal, Has.None.StartsWith("publish"));
        Assert.That(scene.References.Staged.Single().Disposals, Is.EqualTo(1));
    }

    [Test]
    public async Task Run_WhenTheDiskIsFullBeforeThePaidRequest_WaitsAndThenSubmits()
    {
        await using var scene = new GenerationScene();
        var begun = (await scene.BeginAsync()).Value!.Generation;
        await scene.EndAsync(begun);
        scene.Generator.Tasks.Clear();
        scene.AvailableBytes = 0;
        scene.Ledger.Journal.Clear();
        var looks = 0;
        scene.References.Files.AvailableBytes.Returns(_ => ++looks > 4 ? 1L << 30 : looks == 1 ? 1L << 30 : 0);

        var generation = await scene.RunAsync();

        Assert.That(generation.Status, Is.EqualTo(GenerationStatus.Succeeded));
        Assert.That(looks, Is.GreaterThan(4));
        Assert.That(scene.Ledger.JournalOf(0).Count(entry => entry == "Submitting"), Is.EqualTo(1));
    }

    [Test]
    public async Task Run_WhenTheDiskTakesNoFileForAWhile_KeepsThePaidImage()
    {
        await using var scene = new GenerationScene();
        var tries = 0;
        scene.References.Files.WhenForAnyArgs(files => files.Publish(default!, default, default!))
            .Do(_ =>
            {
                if (++tries < 4)
                {
                    throw new LocalStorageException("The disk is full.");
                }
            });

        var generation = await scene.RunAsync();

        Assert.That(generation.Status, Is.EqualTo(GenerationStatus.Succeeded));
        Assert.That(scene.Generator.Tasks, Has.Count.EqualTo(1), "the image was received once");
    }

    [Test]
    public async Task Run_WhenTheNameOfTheFileIsNotFlushedForAWhile_KeepsThePaidImage()
    {
        await using var scene = new GenerationScene();
        using var root = new TempDirectory();
        var flushes = 0;
        var files = new LocalReferenceFiles(new DataRootOptions { Path = root.FullPath })
        {
            FlushDirectory = _ =>
            {
                if (++flushes < 4)
                {
                    throw new IOException("Input/output error", 5);
                }
            },
        };
        scene.References.Files.StageAsync(default!, default, default)
            .ReturnsForAnyArgs(call => files.StageAsync(call.Arg<Stream>(), call.Arg<long>(), call.Arg<CancellationToken>()));
        scene.References.Files.WhenForAnyArgs(port => port.Publish(default!, default, default!))
            .Do(call => files.Publish(call.Arg<IStagedFile>(), call.Arg<CharacterReferenceId>(), call.Arg<ImageFormat>()));

        var generation = await scene.RunAsync();

        Assert.That(generation.Status, Is.EqualTo(GenerationStatus.Succeeded));
        Assert.That(scene.Generator.Tasks, Has.Count.EqualTo(1), "the image was received once");
        Assert.That(files.List().Select(file => file.Id), Is.EqualTo([generation.Slots[0].ImageId]));
        Assert.That(flushes, Is.EqualTo(4));
    }

    [Test]
    public async Task Run_WhenTheCatalogTakesNoRowForAWhile_CompletesTheImageWithoutARestart()
    {
        await using var scene = new GenerationScene();
        var tries = 0;
        scene.Ledger.BeforeWrite = slot =>
        {
            if (slot.State is GenerationSlotState.Succeeded && ++tries < 4)
            {
                throw new LocalStorageException("The disk is full.");
            }
        };

        var generation = await scene.RunAsync();

        Assert.That(generation.Status, Is.EqualTo(GenerationStatus.Succeeded));
        Assert.That(scene.Generator.Tasks, Has.Count.EqualTo(1));
        Assert.That(scene.References.Journal.Count(entry => entry.StartsWith("publish", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task Run_WhenTheIdCannotBeRecorded_GoesOnAndRecordsTheEnd()
    {
        await using var scene = new GenerationScene();
        scene.Ledger.BeforeWrite = slot =>
        {
            if (slot.State is GenerationSlotState.Running)
            {
                throw new LocalStorageException("The disk is full.");
            }
        };

        var slot = (await scene.RunAsync()).Slots.Single();

        Assert.That((slot.State, slot.PredictionId), Is.EqualTo((GenerationSlotState.Succeeded, "prediction-0")));
    }

    [Test]
    public async Task Run_WhenTheResponseIsLostAndFound_CarriesOnWithoutASecondRequest()
    {
        await using var scene = new GenerationScene();
        scene.Generator.Scripts[0] = LoseAsync;
        scene.Generator.Searches.Enqueue("");
        scene.Generator.Searches.Enqueue("found-1");

        var slot = (await scene.RunAsync()).Slots.Single();

        Assert.That((slot.State, slot.PredictionId), Is.EqualTo((GenerationSlotState.Succeeded, "found-1")));
        Assert.That(scene.Generator.Tasks.Select(task => task.PredictionId), Is.EqualTo([null, "found-1"]));
    }

    [TestCase(120)]
    [TestCase(20)]
    public async Task Run_WhenTheResponseIsLostForGood_FailsAfterTwoLooksAndTheSearchTimeAndIsNeverSentAgain(int seconds)
    {
        await using var scene = new GenerationScene { Settings = ReferenceScene.Settings with { SearchTime = TimeSpan.FromSeconds(seconds) } };
        scene.Generator.Scripts[0] = LoseAsync;

        var slot = (await scene.RunAsync()).Slots.Single();

        Assert.That((slot.Error, slot.IsPaidLoss), Is.EqualTo(("SubmissionLost", true)));
        Assert.That(slot.CompletedAt - slot.StartedAt, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(seconds)));
        Assert.That(scene.Generator.Claims, Has.Count.GreaterThanOrEqualTo(2));
        Assert.That(scene.Generator.Tasks, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Run_WhenReplicateIsUnreachableForALostRequest_KeepsSearching()
    {
        await using var scene = new GenerationScene();
        scene.Generator.Scripts[0] = LoseAsync;
        for (var i = 0; i < 20; i++)
        {
            scene.Generator.Searches.Enqueue(new Error(ErrorKind.UpstreamFailed, "Replicate could not be reached."));
        }

        scene.Generator.Searches.Enqueue("found-1");

        Assert.That((await scene.RunAsync()).Status, Is.EqualTo(GenerationStatus.Succeeded), "an outage is no absence");
    }

    [Test]
    public async Task Run_WhenSlotsLostTheirResponses_ShowsEachWhatTheOthersHave()
    {
        await using var scene = new GenerationScene();
        scene.Generator.Scripts[0] = LoseAsync;

        var begun = (await scene.BeginAsync(GenerationScene.Command(2))).Value!.Generation;
        await scene.EndAsync(begun);

        Assert.That(await scene.Generator.Claims.Last()("prediction-1"), Is.True);
        Assert.That(await scene.Generator.Claims.Last()("prediction-2"), Is.False);
    }

    [Test]
    public async Task Run_WhenTheConfirmationOfItsSubmissionIsLost_SendsItOnce()
    {
        await using var scene = new GenerationScene();
        var lost = 0;
        scene.Ledger.AfterRecord = slot =>
        {
            if (slot.State is GenerationSlotState.Submitting && ++lost == 1)
            {
                throw new LocalStorageException("The connection to the database broke.");
            }
        };

        var slot = (await scene.RunAsync()).Slots.Single();

        Assert.That(slot.State, Is.EqualTo(GenerationSlotState.Succeeded), "nothing was sent before, so nothing is searched for");
        Assert.That(scene.Generator.Claims, Is.Empty);
        Assert.That(scene.Ledger.JournalOf(0).Take(3), Is.EqualTo(["Submitting", "Queued", "Submitting"]), "with the time when it is sent");
    }

    [Test]
    public async Task Cancel_WhenTheConfirmationOfItsSubmissionIsLost_EndsItWithNothingPaid()
    {
        await using var scene = new GenerationScene();
        var lost = 0;
        scene.Ledger.AfterRecord = slot =>
        {
            if (slot.State is GenerationSlotState.Submitting && ++lost == 1)
            {
                throw new LocalStorageException("The connection to the database broke.");
            }
        };
        var begun = (await scene.BeginAsync()).Value!.Generation;
        await Condition.UntilAsync(() => Volatile.Read(ref lost) == 1);
        await scene.Cancel.HandleAsync(begun.Id, default);

        var slot = (await scene.EndAsync(begun)).Slots.Single();

        Assert.That((slot.State, slot.IsPaidLoss), Is.EqualTo((GenerationSlotState.Canceled, false)));
        Assert.That(scene.Generator.Claims, Is.Empty);
    }

    [Test]
    public async Task Run_WhenSlotsFindTheSamePrediction_LetsOneHaveItAndTheOthersLookAgain()
    {
        await using var scene = new GenerationScene();
        (scene.Generator.Scripts[0], scene.Generator.Scripts[1]) = (LoseAsync, LoseAsync);
        foreach (var found in new[] { "found-1", "found-1", "found-2" })
        {
            scene.Generator.Searches.Enqueue(found);
        }

        var begun = (await scene.BeginAsync(GenerationScene.Command(2))).Value!.Generation;
        var done = await scene.EndAsync(begun);

        Assert.That(done.Slots.Select(slot => slot.PredictionId), Is.EquivalentTo(["found-1", "found-2"]));
        Assert.That(scene.Ledger.References, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Run_WhenAnotherSlotFoundItsPredictionFirst_KeepsNoSecondImageOfItAndLooksForItsOwn()
    {
        await using var scene = new GenerationScene();
        scene.Generator.Scripts[0] = LoseAsync;
        scene.Generator.Scripts[1] = async slot =>
        {
            // Its response comes when the slot that lost its own has found this prediction.
            await slot.Progress.SubmittingAsync();
            await Condition.UntilAsync(() => scene.Ledger.All.Any(generation => generation.Slots.Any(other => other.PredictionId is "prediction-1")));
            slot.Progress.Started("prediction-1");
            await slot.Progress.ReceiveAsync(new MemoryStream([1]), slot.Stop);
            return new SlotOutcome(SlotEnd.Received);
        };
        scene.Generator.Searches.Enqueue("prediction-1");
        scene.Generator.Searches.Enqueue("prediction-0");

        var begun = (await scene.BeginAsync(GenerationScene.Command(2))).Value!.Generation;
        var done = await scene.EndAsync(begun);

        Assert.That(done.Slots.Select(slot => slot.PredictionId), Is.EquivalentTo(["prediction-1", "prediction-0"]));
        Assert.That(scene.Ledger.References, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Run_WhenAProcessEndedInAnyState_TheNextCarriesOn(
        [Values(GenerationSlotState.Queued, GenerationSlotState.Submitting, GenerationSlotState.Running,
            GenerationSlotState.Storing)] GenerationSlotState state)
    {
        await using var scene = new GenerationScene();
        var slot = AGeneration.Slot(state: state) with { PredictionId = state >= GenerationSlotState.Running ? "prediction-7" : null };
        var generation = AGeneration.Of(1) with { Slots = [slot] };
        await scene.Ledger.BeginAsync(generation, null, null, default);
        scene.Generator.Searches.Enqueue("prediction-7");

        scene.Runner.Start(generation);
        var done = (await scene.EndAsync(generation)).Slots.Single();

        Assert.That(done.State, Is.EqualTo(GenerationSlotState.Succeeded));
        Assert.That(scene.Generator.Tasks.Single().PredictionId, Is.EqualTo(state is GenerationSlotState.Queued ? null : "prediction-7"));
    }

    [Test]
    public async Task Run_WhenTheFileWasPublishedAndItsRowWasNot_CompletesItWithoutFetching()
    {
        await using var scene = new GenerationScene { PublishedBefore = true };
        var generation = AGeneration.Of(1) with { Slots = [AGeneration.Slot(state: GenerationSlotState.Storing) with { PredictionId = "prediction-7" }] };
        await scene.Ledger.BeginAsync(generation, null, null, default);

        scene.Runner.Start(generation);
        var done = await scene.EndAsync(generation);

        Assert.That(done.Status, Is.EqualTo(GenerationStatus.Succeeded));
        Assert.That(scene.Generator.Tasks, Is.Empty);
        Assert.That(scene.Ledger.References.Single().Provenance, Is.EqualTo(done.ProvenanceOf(done.Slots[0])));
    }

    [Test]
    public async Task Run_WhenTheModelDeliversSeveralImages_NamesTheOthersAlsoAfterARestart()
    {
        await using var scene = new GenerationScene { PublishedBefore = true };
        var storing = AGeneration.Slot(state: GenerationSlotState.Storing) with { PredictionId = "prediction-7", ExtraOutputs = 2 };
        var generation = AGeneration.Of(1) with { Slots = [storing] };
        await scene.Ledger.BeginAsync(generation, null, null, default);
        scene.Runner.Start(generation);
        var resumed = await scene.EndAsync(generation);
        await using var other = new GenerationScene();
        other.Generator.Scripts[0] = slot => slot.DeliverAsync(extraOutputs: 2);

        foreach (var done in new[] { resumed, await other.RunAsync() })
        {
            Assert.That(done.Status, Is.EqualTo(GenerationStatus.Succeeded));
            Assert.That(
                SlotFailure.Of(done).Select(failure => (failure.Index, failure.Error, failure.IsPaid)),
                Is.EqualTo([(0, SlotFailure.ExtraOutput, true), (0, SlotFailure.ExtraOutput, true)]));
            Assert.That(SlotFailure.OfAll(done), Is.Null);
        }
    }

    [TestCase(GenerationSlotState.Running)]
    [TestCase(GenerationSlotState.Storing)]
    public async Task Run_WhenTheReferenceImageIsGoneAfterItWasPaid_FetchesTheImage(GenerationSlotState state)
    {
        await using var scene = new GenerationScene();
        var slot = AGeneration.Slot(state: state) with { PredictionId = "prediction-7" };
        var generation = AGeneration.Of(1) with { Slots = [slot], ReferenceImageIds = [AReference.NewId()] };
        await scene.Ledger.BeginAsync(generation, null, null, default);

        scene.Runner.Start(generation);
        var done = (await scene.EndAsync(generation)).Slots.Single();

        Assert.That((done.State, done.PredictionId), Is.EqualTo((GenerationSlotState.Succeeded, "prediction-7")));
    }

    [Test]
    public async Task Run_WhenTheServiceWasStartedForAnotherGenerator_LeavesWhatIsPaidAndFailsWhatIsNot()
    {
        await using var scene = new GenerationScene { Generator = new ScriptedGenerator { IsMetered = false, IsAnother = true } };
        var paid = AGeneration.Slot(0, state: GenerationSlotState.Running) with { PredictionId = "prediction-7" };
        var generation = AGeneration.Of(2) with { Slots = [paid, AGeneration.Slot(1)] };
        await scene.Ledger.BeginAsync(generation, null, null, default);

        scene.Runner.Start(generation);
        await Condition.AdvanceUntilAsync(scene.Clock, Condition.UntilAsync(() => !scene.Ledger.All.Single().Slots[1].IsOpen));

        var slots = scene.Ledger.All.Single().Slots;
        Assert.That((slots[1].Error, slots[1].MayBePaid), Is.EqualTo(("ConfigurationError", false)));
        Assert.That(slots[0].State, Is.EqualTo(GenerationSlotState.Running));

        scene.Generator.IsAnother = false;
        Assert.That((await scene.EndAsync(generation)).Slots[0].State, Is.EqualTo(GenerationSlotState.Succeeded));
    }

    [TestCase("owner/planned", true)]
    [TestCase("placeholder", false)]
    public async Task Run_WhenItsGeneratorNeverComesBack_FailsWhenNothingCanBeFetchedAnyMore(string model, bool isPaid)
    {
        await using var scene = new GenerationScene { Generator = new ScriptedGenerator { IsAnother = true } };
        var slot = AGeneration.Slot(state: GenerationSlotState.Submitting) with
        {
            StartedAt = scene.Clock.GetUtcNow() - (isPaid ? TimeSpan.FromHours(25) - TimeSpan.FromMinutes(1) : TimeSpan.Zero),
        };
        var generation = AGeneration.Of(1) with { Slots = [slot], Model = model };
        await scene.Ledger.BeginAsync(generation, null, null, default);

        scene.Runner.Start(generation);
        var done = (await scene.EndAsync(generation)).Slots.Single();

        Assert.That((done.State, done.IsPaidLoss), Is.EqualTo((GenerationSlotState.Failed, isPaid)));
        Assert.That(done.CompletedAt - done.StartedAt, isPaid ? Is.GreaterThan(TimeSpan.FromHours(25)) : Is.LessThan(TimeSpan.FromMinutes(1)));
    }

    [Test]
    public async Task Run_WhenTheCatalogTakesNoRowForARejectedRequest_SendsItAgainAndDoesNotSearch()
    {
        await using var scene = new GenerationScene();
        var failures = 0;
        scene.Ledger.BeforeWrite = slot =>
        {
            if (slot.State is GenerationSlotState.Queued && ++failures < 3)
            {
                throw new LocalStorageException("The connection to the database broke.");
            }
        };
        scene.Generator.Scripts[0] = async slot =>
        {
            await slot.Progress.SubmittingAsync();
            await slot.Progress.RejectedAsync();
            return new SlotOutcome(SlotEnd.NotSent);
        };

        var done = (await scene.RunAsync()).Slots.Single();

        Assert.That(done.State, Is.EqualTo(GenerationSlotState.Succeeded));
        Assert.That(failures, Is.EqualTo(3));
        Assert.That(scene.Generator.Claims, Is.Empty, "it is certain that nothing was sent");
    }

    [Test]
    public async Task Run_WhenTheCatalogTakesNoRowForAFailure_KeepsItsCauseAndThatNothingWasPaid()
    {
        await using var scene = new GenerationScene();
        var failures = 0;
        scene.Ledger.BeforeWrite = slot =>
        {
            if (slot.State is GenerationSlotState.Failed && ++failures < 3)
            {
                throw new LocalStorageException("The connection to the database broke.");
            }
        };
        scene.Generator.Scripts[0] = async slot =>
        {
            await slot.Progress.SubmittingAsync();
            return SlotOutcome.Failure(new Error(ErrorKind.BudgetExceeded, "No credit left."));
        };

        var done = (await scene.RunAsync()).Slots.Single();

        Assert.That((done.Error, done.IsPaidLoss), Is.EqualTo(("BudgetExceeded", false)));
        Assert.That(scene.Generator.Claims, Is.Empty);
    }

    [Test]
    public async Task Run_WhenItIsRejectedForTheRateLimit_RecordsTheWaitSoFar()
    {
        await using var scene = new GenerationScene();
        GenerationSlot? rejected = null;
        scene.Generator.Scripts[0] = async slot =>
        {
            slot.Progress.Waited(TimeSpan.FromSeconds(3), isOver: true);
            await slot.Progress.SubmittingAsync();
            await slot.Progress.RejectedAsync();
            rejected = scene.Ledger.All.Single().Slots[0];
            return new SlotOutcome(SlotEnd.NotSent);
        };

        await scene.RunAsync();

        Assert.That((rejected?.State, rejected?.RateLimitWait), Is.EqualTo((GenerationSlotState.Queued, TimeSpan.FromSeconds(3))));
        Assert.That(scene.Generator.Tasks.Last().RateLimitWait, Is.EqualTo(TimeSpan.FromSeconds(3)), "the next attempt continues from there");
    }

    [TestCase(SlotEnd.Failed)]
    [TestCase(SlotEnd.Canceled)]
    public async Task Run_WhenItEndsWhileItWaitsForTheRateLimit_RecordsItsWait(SlotEnd end)
    {
        await using var scene = new GenerationScene();
        scene.Generator.Scripts[0] = slot =>
        {
            slot.Progress.Waited(TimeSpan.FromSeconds(12), isOver: true);
            return Task.FromResult(new SlotOutcome(end, end is SlotEnd.Failed ? new Error(ErrorKind.RateLimited, "Too long.") : null));
        };

        var slot = (await scene.RunAsync()).Slots.Single();

        Assert.That((slot.IsOpen, slot.RateLimitWait), Is.EqualTo((false, TimeSpan.FromSeconds(12))));
    }

    [Test]
    public async Task Run_WhenItWaitsForTheRateLimit_RecordsTheWaitMeanwhileAndSubmitsAfterIt()
    {
        await using var scene = new GenerationScene();
        scene.Generator.Scripts[0] = async slot =>
        {
            slot.Progress.Waited(TimeSpan.FromSeconds(2), isOver: false);
            await Condition.UntilAsync(() => scene.Ledger.All.Single().Slots[0].RateLimitWait == TimeSpan.FromSeconds(2));
            slot.Progress.Waited(TimeSpan.FromSeconds(4), isOver: false);
            slot.Progress.Waited(TimeSpan.FromSeconds(5), isOver: true);
            await slot.Progress.SubmittingAsync();
            slot.Progress.Started("prediction-0");
            await slot.Progress.ReceiveAsync(new MemoryStream([1]), slot.Stop);
            return new SlotOutcome(SlotEnd.Received);
        };

        var done = (await scene.RunAsync()).Slots.Single();

        Assert.That((done.State, done.RateLimitWait), Is.EqualTo((GenerationSlotState.Succeeded, TimeSpan.FromSeconds(5))));
        Assert.That(scene.Ledger.JournalOf(0).Count(entry => entry == "Submitting"), Is.EqualTo(1));
    }

    [Test]
    public async Task Submit_WhenAnotherNodeTookTheSlotDuringTheWaitForTheRateLimit_SendsNothing()
    {
        await using var scene = new GenerationScene();
        bool? maySend = null;
        scene.Generator.Scripts[0] = async slot =>
        {
            scene.Ledger.TakeOver(scene.Ledger.All.Single().Id);
            slot.Progress.Waited(TimeSpan.FromSeconds(2), isOver: false);
            slot.Progress.Waited(TimeSpan.FromSeconds(3), isOver: true);
            maySend = await slot.Progress.SubmittingAsync();
            return new SlotOutcome(SlotEnd.NotSent);
        };

        await scene.BeginAsync();
        await Condition.UntilAsync(() => maySend is not null);

        Assert.That(maySend, Is.False);
    }

    [Test]
    public async Task Submit_WhenAnotherNodeEndedTheSlotMeanwhile_SendsNothing()
    {
        await using var scene = new GenerationScene();
        bool? maySend = null;
        scene.Generator.Scripts[0] = async slot =>
        {
            await slot.Progress.SubmittingAsync();
            scene.Ledger.TakeOver(scene.Ledger.All.Single().Id);
            await slot.Progress.RejectedAsync();
            maySend = await slot.Progress.SubmittingAsync();
            return new SlotOutcome(SlotEnd.NotSent);
        };

        await scene.BeginAsync();
        await Condition.UntilAsync(() => maySend is not null);

        Assert.That(maySend, Is.False);
    }

    [Test]
    public async Task Run_WhenThePredictionThatAnotherSlotFoundFirstFails_LooksForItsOwn()
    {
        await using var scene = new GenerationScene();
        scene.Generator.Scripts[0] = LoseAsync;
        scene.Generator.Scripts[1] = async slot =>
        {
            // Its response comes when the slot that lost its own has found this prediction.
            await slot.Progress.SubmittingAsync();
            await Condition.UntilAsync(() => scene.Ledger.All.Any(generation => generation.Slots.Any(other => other.PredictionId is "prediction-1")));
            slot.Progress.Started("prediction-1");
            return SlotOutcome.Failure(new Error(ErrorKind.GenerationRejected, "Too violent."));
        };
        scene.Generator.Searches.Enqueue("prediction-1");
        scene.Generator.Searches.Enqueue("prediction-0");

        var begun = (await scene.BeginAsync(GenerationScene.Command(2))).Value!.Generation;
        var done = await scene.EndAsync(begun);

        Assert.That(done.Slots.Select(slot => slot.PredictionId), Is.EquivalentTo(["prediction-1", "prediction-0"]));
        Assert.That(done.Slots.Select(slot => slot.State), Is.All.EqualTo(GenerationSlotState.Succeeded));
    }

    [Test]
    public async Task Run_WhenImagesThatArePaidForWillFillTheDisk_PaysForNoMoreUntilTheyAreStored()
    {
        await using var scene = new GenerationScene { Settings = ReferenceScene.Settings with { MinFreeBytes = 4_000 }, AvailableBytes = 5_000 };
        var arrival = new TaskCompletionSource();
        scene.Generator.Scripts[0] = async slot =>
        {
            await slot.StartAsync();
            await arrival.Task;
            await slot.Progress.ReceiveAsync(new MemoryStream([1]), slot.Stop);
            return new SlotOutcome(SlotEnd.Received);
        };
        scene.Generator.Scripts[1] = scene.Generator.Scripts[0];
        var first = (await scene.BeginAsync(GenerationScene.Command(2))).Value!.Generation;
        await Condition.UntilAsync(() => scene.Ledger.All.Single().Slots.All(slot => slot.State is GenerationSlotState.Running));

        var second = await scene.BeginAsync();
        arrival.SetResult();

        Assert.That(second.Error?.Kind, Is.EqualTo(ErrorKind.StorageUnavailable), "the room is promised to the first two");
        Assert.That((await scene.EndAsync(first)).Status, Is.EqualTo(GenerationStatus.Succeeded));
        Assert.That((await scene.RunAsync()).Status, Is.EqualTo(GenerationStatus.Succeeded));
    }

    [Test]
    public async Task Run_WhenAPublishedFileWasDamaged_FetchesTheImageAgain()
    {
        await using var scene = new GenerationScene { PublishedBefore = true };
        var inspections = 0;
        scene.References.Inspector.InspectAsync(default!, default, default).ReturnsForAnyArgs(_ => ++inspections <= ImageFormat.All.Count
            ? Error.Invalid("file", "The image cannot be decoded.")
            : new ImageDetails(ImageFormat.Jpeg, 640, 480));
        var generation = AGeneration.Of(1) with { Slots = [AGeneration.Slot(state: GenerationSlotState.Storing) with { PredictionId = "prediction-7" }] };
        await scene.Ledger.BeginAsync(generation, null, null, default);

        scene.Runner.Start(generation);
        var done = await scene.EndAsync(generation);

        Assert.That(done.Status, Is.EqualTo(GenerationStatus.Succeeded));
        Assert.That(scene.References.Journal, Has.Some.EqualTo($"delete file {generation.Slots[0].ImageId}"));
    }

    [TestCaseSource(nameof(Faults))]
    public async Task Run_WhenOneSlotKeepsThrowing_FailsItAndKeepsTheOthers(Exception fault)
    {
        await using var scene = new GenerationScene();
        var faulty = default(CharacterReferenceId);
        scene.Generator.Scripts[1] = slot =>
        {
            faulty = slot.Task.ImageId;
            throw fault;
        };
        foreach (var call in new[] { 3, 4 })
        {
            scene.Generator.Scripts[call] = slot => slot.Task.ImageId == faulty ? throw fault : slot.DeliverAsync();
        }

        var generation = await scene.RunAsync(GenerationScene.Command(3));

        Assert.That(generation.Status, Is.EqualTo(GenerationStatus.Partial));
        var failed = generation.Slots.Single(slot => slot.Error is not null);
        Assert.That(failed.Error, Is.EqualTo("InternalError"));
        Assert.That(failed.ErrorDetail, Does.Not.Contain(fault.Message));
    }

    [Test]
    public async Task Cancel_WhenSlotsRunAndWait_EndsThemAllAndKeepsImages()
    {
        await using var scene = new GenerationScene();
        var first = new TaskCompletionSource();
        scene.Generator.Scripts[0] = async slot =>
        {
            var outcome = await slot.DeliverAsync();
            first.SetResult();
            return outcome;
        };
        scene.Generator.Scripts[1] = slot => slot.RunForeverAsync();
        var begun = (await scene.BeginAsync(GenerationScene.Command(2))).Value!.Generation;
        await first.Task;
        await Condition.UntilAsync(
            () => scene.Ledger.All.Single() is var now && !now.Slots[0].IsOpen && now.Slots[1].State is not GenerationSlotState.Queued);

        var canceling = (await scene.Cancel.HandleAsync(begun.Id, default)).Value!;
        var generation = await scene.EndAsync(begun);

        Assert.That(canceling.Status, Is.EqualTo(GenerationStatus.Canceling));
        Assert.That(generation.Status, Is.EqualTo(GenerationStatus.Canceled));
        Assert.That(generation.Slots.Select(slot => slot.State), Is.EqualTo([GenerationSlotState.Succeeded, GenerationSlotState.Canceled]));
    }

    [Test]
    public async Task Cancel_WhenTheGenerationWaitsForAPlace_PaysNothing()
    {
        await using var scene = new GenerationScene { Settings = ReferenceScene.Settings with { Concurrency = 1 } };
        scene.Generator.Scripts[0] = slot => slot.RunForeverAsync();
        var first = (await scene.BeginAsync()).Value!.Generation;
        var second = (await scene.BeginAsync()).Value!.Generation;

        await scene.Cancel.HandleAsync(second.Id, default);
        var canceled = await scene.EndAsync(second);
        await scene.Cancel.HandleAsync(first.Id, default);
        await scene.EndAsync(first);

        Assert.That(canceled.Slots.Select(slot => slot.State), Is.All.EqualTo(GenerationSlotState.Canceled));
        Assert.That(scene.Generator.Tasks.Select(task => task.ImageId), Is.All.EqualTo(first.Slots[0].ImageId));
    }

    [Test]
    public async Task Run_WhenAProcessEndedBetweenTheCancelAndTheEnd_CancelsWhatIsQueued()
    {
        await using var scene = new GenerationScene();
        var generation = AGeneration.Of(1) with { CancelRequestedAt = AReference.Time };
        await scene.Ledger.BeginAsync(generation, null, null, default);

        scene.Runner.Start(generation);

        Assert.That((await scene.EndAsync(generation)).Status, Is.EqualTo(GenerationStatus.Canceled));
        Assert.That(scene.Generator.Tasks, Is.Empty);
    }

    [Test]
    public async Task Stop_WhenPredictionsRun_LeavesThemOpenForTheNextStart()
    {
        await using var scene = new GenerationScene();
        scene.Generator.Scripts[0] = slot => slot.RunForeverAsync();
        var begun = (await scene.BeginAsync()).Value!.Generation;
        await Condition.UntilAsync(() => scene.Ledger.All.Single().Slots[0].State is GenerationSlotState.Running);

        var cut = await scene.Runner.StopAsync(CancellationToken.None);

        Assert.That(cut, Is.Zero);
        Assert.That(scene.Ledger.All.Single().Slots[0].State, Is.EqualTo(GenerationSlotState.Running));
        Assert.That((await scene.BeginAsync()).Error?.Kind, Is.EqualTo(ErrorKind.StorageUnavailable), "nothing new begins");

        scene.Restart();
        scene.Runner.Start(scene.Ledger.All.Single());
        Assert.That((await scene.EndAsync(begun)).Status, Is.EqualTo(GenerationStatus.Succeeded));
    }

    [Test]
    public async Task Stop_WhenThePredictionIsBeingRecorded_KeepsItsId()
    {
        await using var scene = new GenerationScene();
        using var written = new ManualResetEventSlim();
        scene.Ledger.BeforeWrite = to =>
        {
            if (to.State is GenerationSlotState.Running)
            {
                written.Wait(TimeSpan.FromSeconds(20));
            }
        };
        var isStarted = false;
        var interrupted = new TaskCompletionSource(); // who waits for it goes on within SetResult
        scene.Generator.Scripts[0] = async slot =>
        {
            await slot.StartAsync();
            Volatile.Write(ref isStarted, true);
            await interrupted.Task;
            return new SlotOutcome(SlotEnd.Interrupted);
        };
        await scene.BeginAsync();
        await Condition.UntilAsync(() => Volatile.Read(ref isStarted));

        var stop = scene.Runner.StopAsync(CancellationToken.None);
        await Task.Run(interrupted.SetResult);
        written.Set();
        await stop;

        var slot = scene.Ledger.All.Single().Slots[0];
        Assert.That((slot.State, slot.PredictionId), Is.EqualTo((GenerationSlotState.Running, "prediction-0")));
    }

    [Test]
    public async Task Stop_WhenAStepDoesNotEnd_CountsItAsCut()
    {
        await using var scene = new GenerationScene();
        var release = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        scene.Generator.Scripts[0] = async slot =>
        {
            begun.SetResult();
            await release.Task;
            return new SlotOutcome(SlotEnd.NotSent);
        };
        await scene.BeginAsync();
        await begun.Task;

        Assert.That(await scene.Runner.StopAsync(new CancellationToken(canceled: true)), Is.EqualTo(1));
        release.SetResult();
    }

    private static IEnumerable<TestCaseData> Faults()
    {
        yield return new TestCaseData(new InvalidOperationException("A bug.")).SetArgDisplayNames("a bug");
        yield return new TestCaseData(new OperationCanceledException("Not the caller's.")).SetArgDisplayNames("a cancellation of somebody else");
        yield return new TestCaseData(new TaskCanceledException("A timeout of HttpClient.")).SetArgDisplayNames("a timeout");
    }

    private static async Task<SlotOutcome> LoseAsync(ScriptedSlot slot)
    {
        await slot.Progress.SubmittingAsync();
        return new SlotOutcome(SlotEnd.SubmissionUnknown, new Error(ErrorKind.UpstreamFailed, "The connection broke."));
    }
}
