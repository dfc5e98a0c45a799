using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References.Adoption;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using NSubstitute;
using NSubstitute.ExceptionExtensions;

namespace CharacterRefs.Tests.Application.References.Adoption;

[Category("Unit")]
internal sealed class FileAdoptionTests
{
    private static readonly DateTimeOffset s_start = AReference.Time;
    private static readonly DateTimeOffset s_before = AReference.Time.AddMinutes(-5);

    private readonly ReferenceScene _scene = new();
    private readonly List<PublishedFile> _found = [];
    private readonly List<CharacterReference> _rows = [];
    private readonly List<CharacterReference> _added = [];
    private readonly Dictionary<CharacterReferenceId, CatalogState> _states = [];

    [SetUp]
    public void SetUp()
    {
        _scene.Files.List().Returns(_found);
        _scene.Files.HashAsync(default!, default).ReturnsForAnyArgs(AReference.Uploaded().Sha256);
        _scene.Inspector.InspectAsync(default!, default, default).ReturnsForAnyArgs(new ImageDetails(ImageFormat.Png, 640, 480));
        _scene.Catalog.LookUpAsync(default!, default).ReturnsForAnyArgs(_states);
        _scene.Catalog.ReadAllAsync(default).ReturnsForAnyArgs(_rows.ToAsyncEnumerable());
        _scene.Catalog.When(catalog => catalog.AddAsync(Arg.Any<CharacterReference>(), Arg.Any<CancellationToken>()))
            .Do(call => _added.Add(call.Arg<CharacterReference>()));
        _scene.Catalog.When(catalog => catalog.TryAddAsync(Arg.Any<CharacterReference>(), Arg.Any<CancellationToken>()))
            .Do(call => _added.Add(call.Arg<CharacterReference>()));
        _scene.Ledger.FindByImageAsync(default, default).ReturnsForAnyArgs(default(Generation));
    }

    [Test]
    public async Task AdoptAsync_WhenTheStoreComesFirst_AdoptsAFileWhenTheStoreTakesIt()
    {
        _scene.Storage = ReferenceScene.StoreFirst;
        _scene.Reachability.IsReachable.Returns(false);
        Find();

        await RunAsync();
        var before = _added.Count;
        _scene.Reachability.IsReachable.Returns(true);
        _scene.LetTheStoreTakeAll();
        await RunAsync();

        Assert.That(before, Is.Zero);
        Assert.That(_added.Single().PersistedCopy, Is.Not.Null);
        Assert.That(_scene.Log.Lines, Has.One.Contains("is adopted when the object store takes it"));
    }

    [Test]
    public async Task RunAsync_WhenAFileHasNoRow_AdoptsItAsItIs()
    {
        var found = Find();

        var report = await RunAsync();

        Assert.That(report, Is.EqualTo(new AdoptionReport(Adopted: 1, Rejected: 0, Purged: 0, Missing: 0)));
        Assert.That(_added, Is.EqualTo(
        [
            new CharacterReference
            {
                Id = found.Id,
                Origin = ReferenceOrigin.Adopted,
                Format = ImageFormat.Png,
                Width = 640,
                Height = 480,
                Orientation = 1,
                SizeBytes = found.File.SizeBytes,
                Sha256 = AReference.Uploaded().Sha256,
                CreatedAt = s_before,
            },
        ]));
    }

    [Test]
    public async Task RunAsync_WhenAnOpenSlotReservedTheId_CompletesItWithItsProvenance(
        [Values(GenerationSlotState.Queued, GenerationSlotState.Submitting, GenerationSlotState.Running)] GenerationSlotState state)
    {
        var (generation, slot) = Reserve(Find(), state);

        var report = await RunAsync();

        Assert.That(report.Adopted, Is.EqualTo(1));
        Assert.That(_scene.Completed.Single(), Is.EqualTo(slot.Succeed(_scene.Clock.GetUtcNow())));
        Assert.That(_added, Is.Empty);
        Assert.That(_scene.Rows.Single().Origin, Is.EqualTo(ReferenceOrigin.Generated));
        Assert.That(_scene.Rows.Single().Provenance, Is.EqualTo(generation.ProvenanceOf(slot)));
        await _scene.Ledger.Received(1).CompleteAsync(generation, _scene.Completed.Single(), _scene.Rows.Single(), Arg.Any<CancellationToken>());
    }

    [Test]
    public async Task RunAsync_WhenTheSlotHasEnded_AddsTheRowAndLeavesTheSlot(
        [Values(GenerationSlotState.Failed, GenerationSlotState.Succeeded)] GenerationSlotState state)
    {
        var (generation, slot) = Reserve(Find(), state);

        var report = await RunAsync();

        Assert.That(report.Adopted, Is.EqualTo(1));
        Assert.That(slot.State, Is.EqualTo(state));
        Assert.That(_added.Single().Provenance, Is.EqualTo(generation.ProvenanceOf(slot)));
        Assert.That(_added.Single().Origin, Is.EqualTo(ReferenceOrigin.Generated));
        Assert.That(_scene.Rows, Is.Empty);
    }

    [Test]
    public async Task RunAsync_WhenAFileIsNotOlderThanTheStart_LeavesIt([Values(0, 1)] int seconds)
    {
        Find(writtenAt: s_start.AddSeconds(seconds));

        Assert.That(await RunAsync(), Is.EqualTo(new AdoptionReport(0, 0, 0, 0)));
        await _scene.Catalog.DidNotReceiveWithAnyArgs().LookUpAsync(default!, default);
    }

    [Test]
    public async Task RunAsync_WhenAReferenceWasDeleted_RemovesItsFile()
    {
        var found = Find();
        _states[found.Id] = CatalogState.Deleted;

        Assert.That(await RunAsync(), Is.EqualTo(new AdoptionReport(0, 0, Purged: 1, 0)));
        _scene.Files.Received(1).Delete(found.Id, found.Format);
        _scene.DerivativeFiles.Received(1).Delete(found.Id);
        Assert.That(_added, Is.Empty);
    }

    [Test]
    public async Task RunAsync_WhenAFileHasItsRow_DoesNotLookInside()
    {
        _states[Find().Id] = CatalogState.Listed;

        Assert.That(await RunAsync(), Is.EqualTo(new AdoptionReport(0, 0, 0, 0)));
        await _scene.Inspector.DidNotReceiveWithAnyArgs().InspectAsync(default!, default, default);
    }

    [Test]
    public async Task RunAsync_WhenTheBytesAreNoImage_LeavesAndReportsThem()
    {
        Find();
        _scene.Inspector.InspectAsync(default!, default, default).ReturnsForAnyArgs(Error.Invalid("file", "It is truncated."));

        await AssertLeftAsync(new AdoptionReport(0, Rejected: 1, 0, 0));
    }

    [Test]
    public async Task RunAsync_WhenTheContentHasAnotherFormatThanTheName_AdoptsAndRenamesIt()
    {
        var found = Find(format: ImageFormat.Jpeg);

        Assert.That(await RunAsync(), Is.EqualTo(new AdoptionReport(Adopted: 1, 0, 0, 0)));
        Assert.That(_added.Single().Format, Is.SameAs(ImageFormat.Png));
        _scene.Files.Received(1).Rename(found.File, found.Id, ImageFormat.Png);
        Assert.That(_scene.Log.Lines, Has.Some.Contain($"Adopted {found.Id} from the local file {found.Id}.jpg: png"));
    }

    [Test]
    public async Task RunAsync_WhenEntriesAreNoImages_NamesEachOnce()
    {
        _scene.Files.ListForeign().Returns([new ForeignEntry("notes.txt", null, "its name is wrong"), new ForeignEntry("link.png", null, "it is a link")]);

        Assert.That(await RunAsync(), Is.EqualTo(new AdoptionReport(0, Rejected: 2, 0, 0)));
        Assert.That(await RunAsync(), Is.EqualTo(new AdoptionReport(0, 0, 0, 0)));
        Assert.That(Named("notes.txt was not adopted: its name is wrong"), Is.EqualTo(1));
        Assert.That(Named("link.png was not adopted: it is a link"), Is.EqualTo(1));
    }

    [Test]
    public async Task RunAsync_WhenManyEntriesAreNoImages_NamesAHundredAndCountsTheRest()
    {
        _scene.Files.ListForeign().Returns(Enumerable.Range(0, 150).Select(i => new ForeignEntry($"{i}.txt", null, "its name is wrong")));

        await RunAsync();

        Assert.That(Named("was not adopted: its name is wrong"), Is.EqualTo(100));
        Assert.That(Named("50 more local entries were not adopted"), Is.EqualTo(1));
    }

    [Test]
    public async Task AdoptAsync_WhenARejectedFileDidNotChange_DoesNotInspectItAgain()
    {
        var found = Find();
        _scene.Inspector.InspectAsync(default!, default, default).ReturnsForAnyArgs(Error.Invalid("file", "It is truncated."));
        await AdoptAsync();
        await AdoptAsync();
        await _scene.Inspector.ReceivedWithAnyArgs(1).InspectAsync(default!, default, default);
        _found[0] = found with { File = found.File with { SizeBytes = 11 } };

        Assert.That((await AdoptAsync()).Rejected, Is.EqualTo(1));
        await _scene.Inspector.ReceivedWithAnyArgs(2).InspectAsync(default!, default, default);

        Task<AdoptionReport> AdoptAsync() => _scene.Adoption.AdoptAsync(s_start, CancellationToken.None);
    }

    [Test]
    public async Task RunAsync_WhenAForeignFileHasTheIdOfAnotherImage_LeavesAndNamesIt([Values] CatalogState state)
    {
        var found = Find();
        _found.Clear();
        var name = $"{found.Id}.jpeg";
        var image = found with { Format = ImageFormat.Jpeg, File = found.File with { FullPath = $"/data/{name}" } };
        _scene.Files.ListForeign().Returns([new ForeignEntry(name, image, null)]);
        _states[found.Id] = state;

        await AssertLeftAsync(new AdoptionReport(0, Rejected: 1, 0, 0));
        Assert.That(Named($"{name} was not adopted: the catalog has an image with this id"), Is.EqualTo(1));
    }

    [Test]
    public async Task RunAsync_WhenAFileHasTheIdOfAnImageOfAnotherFormat_LeavesAndNamesItOnce()
    {
        var own = Find();
        var other = own with { Format = ImageFormat.Jpeg, File = own.File with { FullPath = $"/data/{own.Id}.jpg" } };
        _found.Add(other);
        _states[own.Id] = CatalogState.Listed;
        _scene.Catalog.FindFormatsAsync(default!, default)
            .ReturnsForAnyArgs(new Dictionary<CharacterReferenceId, ImageFormat> { [own.Id] = ImageFormat.Png });

        await AssertLeftAsync(new AdoptionReport(0, Rejected: 1, 0, 0));
        await AssertLeftAsync(new AdoptionReport(0, Rejected: 0, 0, 0));
        Assert.That(Named($"Local entry {own.Id}.jpg was not adopted: the catalog has an image with this id, whose file is {own.Id}.png"), Is.EqualTo(1));
    }

    [Test]
    public async Task RunAsync_WhenItIsLong_LogsHowFarItIs()
    {
        Enumerable.Range(0, 4).ToList().ForEach(_ => Find());
        var inspected = 0;
        _scene.Inspector.InspectAsync(default!, default, default).ReturnsForAnyArgs(_ =>
        {
            _scene.Clock.Advance(TimeSpan.FromSeconds(++inspected == 3 ? 5 : 0));
            return new ImageDetails(ImageFormat.Png, 640, 480);
        });
        _scene.Catalog.CountAsync(default).ReturnsForAnyArgs(8);
        _rows.AddRange([AReference.Persisted(), AReference.Uploaded()]);
        _scene.Files.Find(default, default!).ReturnsForAnyArgs(_ =>
        {
            _scene.Clock.Advance(TimeSpan.FromSeconds(5));
            return AReference.FileOf(_rows[1]);
        });

        await RunAsync();

        Assert.That(Named("Comparing local files with the catalog: 2 of 4, 50 %, 0.4 per second"), Is.EqualTo(1));
        Assert.That(Named("Looking for the files of the catalog: 1 of 8, 12 %, 0.2 per second"), Is.EqualTo(1));
    }

    [Test]
    public async Task RunAsync_WhenOneFileCannotBeRead_AdoptsTheOthers([Values] bool whileHashing)
    {
        var broken = Find();
        var sound = Find();
        var fault = new LocalStorageException("It cannot be read.");
        if (whileHashing)
        {
            _scene.Files.HashAsync(broken.File, Arg.Any<CancellationToken>()).ThrowsAsync(fault);
        }
        else
        {
            _scene.Inspector.InspectAsync(broken.File.FullPath, InspectionLane.Others, Arg.Any<CancellationToken>()).ThrowsAsync(fault);
        }

        Assert.That(await RunAsync(), Is.EqualTo(new AdoptionReport(Adopted: 1, Rejected: 1, 0, 0)));
        Assert.That(_added.Select(reference => reference.Id), Is.EqualTo([sound.Id]));
    }

    [Test]
    public async Task RunAsync_WhenTwoFilesShareAnId_AdoptsOneAndReportsTheOther()
    {
        var first = Find();
        var second = first with { Format = ImageFormat.WebP, File = first.File with { FullPath = $"/data/{first.Id}.webp" } };
        _found.Add(second);
        _scene.Inspector.InspectAsync(second.File.FullPath, InspectionLane.Others, Arg.Any<CancellationToken>())
            .Returns(new ImageDetails(ImageFormat.WebP, 1, 1));
        var other = Find();

        Assert.That(await RunAsync(), Is.EqualTo(new AdoptionReport(Adopted: 2, Rejected: 1, 0, 0)));
        Assert.That(_added.Select(reference => reference.Id), Is.EqualTo([first.Id, other.Id]));
    }

    [Test]
    public async Task RunAsync_WhenFilesOfRowsAreGone_CountsThem()
    {
        _rows.AddRange([AReference.Uploaded(), AReference.Uploaded(), AReference.Uploaded()]);
        _scene.Files.Find(default, default!).ReturnsForAnyArgs(default(LocalFile));
        _scene.Files.Find(_rows[1].Id, Arg.Any<ImageFormat>()).Returns(AReference.FileOf(_rows[1]));

        Assert.That(await RunAsync(), Is.EqualTo(new AdoptionReport(0, 0, 0, Missing: 2)));
    }

    [Test]
    public async Task RunAsync_WhenAnImageIsOnlyInTheStore_DoesNotMissItsFile()
    {
        _rows.AddRange([AReference.Pending(), AReference.Persisted()]);
        _scene.Files.Find(default, default!).ReturnsForAnyArgs(default(LocalFile));

        Assert.That(await RunAsync(), Is.EqualTo(new AdoptionReport(0, 0, 0, Missing: 1)), "the pending one, whose bytes are nowhere");
    }

    [Test]
    public async Task RunAsync_WhenThereAreManyFiles_LooksThemUpInBatches()
    {
        for (var i = 0; i < 1200; i++)
        {
            _states[Find().Id] = CatalogState.Listed;
        }

        await RunAsync();

        var batches = _scene.Catalog.ReceivedCalls()
            .Where(call => call.GetMethodInfo().Name == nameof(IReferenceCatalog.LookUpAsync))
            .Select(call => call.GetArguments()[0])
            .OfType<IReadOnlyCollection<CharacterReferenceId>>()
            .Select(ids => ids.Count);
        Assert.That(batches, Is.EqualTo([500, 500, 200]));
    }

    [Test]
    public void RunAsync_WhenStopped_StopsBetweenTwoFiles()
    {
        using var stop = new CancellationTokenSource();
        Find();
        Find();
        _scene.Catalog.When(catalog => catalog.TryAddAsync(Arg.Any<CharacterReference>(), Arg.Any<CancellationToken>())).Do(_ => stop.Cancel());

        Assert.That(async () => await _scene.Adoption.RunAsync(s_start, stop.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(_added, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task RunAsync_WhenAFileIsFromTheFuture_IsNotNewerThanNow()
    {
        Find(writtenAt: s_start.AddDays(1));

        await RunAsync();

        Assert.That(_added.Single().CreatedAt, Is.EqualTo(AReference.Time));
    }

    private async Task AssertLeftAsync(AdoptionReport expected)
    {
        Assert.That(await RunAsync(), Is.EqualTo(expected));
        Assert.That(_added, Is.Empty);
        _scene.Files.DidNotReceiveWithAnyArgs().Delete(default, default!);
    }

    private PublishedFile Find(ImageFormat? format = null, DateTimeOffset? writtenAt = null)
    {
        var id = AReference.NewId();
        var known = format ?? ImageFormat.Png;
        var found = new PublishedFile(id, known, new LocalFile($"/data/{id}.{known.Extension}", 10, writtenAt ?? s_before));
        _found.Add(found);
        return found;
    }

    private int Named(string text) => _scene.Log.Lines.Count(line => line.Contains(text, StringComparison.Ordinal));

    private (Generation Generation, GenerationSlot Slot) Reserve(PublishedFile found, GenerationSlotState state)
    {
        var slot = AGeneration.Slot(1, state: state, imageId: found.Id);
        var generation = AGeneration.Of(1) with { Slots = [AGeneration.Slot(), slot] };
        _scene.Ledger.FindByImageAsync(found.Id, Arg.Any<CancellationToken>()).Returns(generation);
        return (generation, slot);
    }

    private Task<AdoptionReport> RunAsync() => _scene.Adoption.RunAsync(s_start, CancellationToken.None);
}
