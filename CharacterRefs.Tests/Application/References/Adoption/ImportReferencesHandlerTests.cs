using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.References.Adoption;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using NSubstitute;

namespace CharacterRefs.Tests.Application.References.Adoption;

[Category("Unit")]
internal sealed class ImportReferencesHandlerTests
{
    private readonly ReferenceScene _scene = new();
    private readonly ImportTally _tally = new();
    private readonly List<string> _rejected = [];
    private readonly Dictionary<CharacterReferenceId, CatalogState> _states = [];

    [SetUp]
    public void SetUp()
    {
        _scene.Store.ListAsync(default!, default).ReturnsForAnyArgs(_ => _scene.Entries.ToAsyncEnumerable());
        _scene.Catalog.LookUpAsync(default!, default).ReturnsForAnyArgs(_states);
        _scene.Catalog.FindManyAsync(default!, default).ReturnsForAnyArgs(new Dictionary<CharacterReferenceId, CharacterReference>());
        _scene.Store.OpenReadAsync(default!, default, default).ReturnsForAnyArgs(call => new OpenAsset(
            new AssetMetadata(call.Arg<AssetKey>(), 10, "image/jpeg", null, AReference.Time), new MemoryStream(new byte[10]), 10));
    }

    [Test]
    public async Task HandleAsync_WhenAnObjectHasNoRow_AdoptsItWithoutALocalFile()
    {
        var id = Put("jpg");

        await HandleAsync();

        Assert.That((_tally.Seen, _tally.Adopted, _tally.Bytes, _tally.IsComplete), Is.EqualTo((1, 1, 10, true)));
        Assert.That(_scene.Journal, Is.EqualTo([$"add {id}"]));
        Assert.That(_scene.Staged.Single().Disposals, Is.GreaterThan(0));
    }

    [Test]
    public async Task HandleAsync_BeforeTheFirstObjectIsRead_KnowsHowManyThereAre()
    {
        Put("jpg");
        Put("png");
        long? known = null;
        _scene.Catalog.LookUpAsync(default!, default).ReturnsForAnyArgs(_ =>
        {
            known = _tally.Total;
            return _states;
        });
        Assert.That(_tally.Total, Is.Null);

        await HandleAsync();

        Assert.That((known, _tally.Done), Is.EqualTo((2, 2)));
    }

    [TestCase(CatalogState.Listed)]
    [TestCase(CatalogState.Deleted)]
    public async Task HandleAsync_WhenTheIdIsInTheCatalog_SkipsItWithoutReading(CatalogState state)
    {
        _states[Put("jpg")] = state;

        await HandleAsync();

        Assert.That((_tally.Skipped, _tally.IsComplete), Is.EqualTo((1, true)));
        await _scene.Store.DidNotReceiveWithAnyArgs().OpenReadAsync(default!, default, default);
    }

    [Test]
    public async Task HandleAsync_WhenAnObjectIsNotValid_RejectsItWithTheReason()
    {
        Put("gif");

        await HandleAsync();

        Assert.That((_tally.Rejected, _tally.IsComplete), Is.EqualTo((1, false)));
        Assert.That(_rejected.Single(), Does.Contain("must be an image id"));
    }

    [Test]
    public async Task HandleAsync_WhenAnObjectCannotBeRead_CountsItAndContinues()
    {
        var broken = Put("jpg");
        Put("jpg");
        _scene.Store.OpenReadAsync(Arg.Is<AssetKey>(key => key != null && key.Value.Contains($"{broken}")), Arg.Any<ByteSpan?>(), Arg.Any<CancellationToken>())
            .Returns<OpenAsset?>(_ => throw new AssetStoreUnavailableException("No route.", AssetStoreFault.Unreachable));

        await HandleAsync();

        Assert.That((_tally.Failed, _tally.Adopted, _tally.IsComplete), Is.EqualTo((1, 1, false)));
        Assert.That(_rejected.Single(), Does.Contain("No route."));
    }

    [Test]
    public async Task HandleAsync_WhenTheGenerationOfTheImageRuns_LeavesItToThatGenerationWithoutReading()
    {
        Reserve(Put("jpg"), GenerationSlotState.Storing);

        await HandleAsync();

        Assert.That((_tally.Skipped, _tally.IsComplete), Is.EqualTo((1, true)));
        await _scene.Store.DidNotReceiveWithAnyArgs().OpenReadAsync(default!, default, default);
    }

    [Test]
    public async Task HandleAsync_WhenAGenerationThatEndedReservedTheId_AdoptsItWithItsProvenance()
    {
        var generation = Reserve(Put("jpg"), GenerationSlotState.Failed);
        CharacterReference? added = null;
        _scene.Catalog.TryAddAsync(Arg.Do<CharacterReference>(reference => added = reference), Arg.Any<CancellationToken>()).Returns(true);

        await HandleAsync();

        Assert.That((added?.Origin, added?.Provenance), Is.EqualTo((ReferenceOrigin.Generated, generation.ProvenanceOf(generation.Slots[0]))));
    }

    private Generation Reserve(CharacterReferenceId id, GenerationSlotState state)
    {
        var generation = AGeneration.Of(1) with { Slots = [AGeneration.Slot(state: state, imageId: id)] };
        _scene.Ledger.FindByImageAsync(id, Arg.Any<CancellationToken>()).Returns(generation);
        return generation;
    }

    private CharacterReferenceId Put(string extension)
    {
        var id = AReference.NewId();
        _scene.Entries.Add(new AssetEntry(AssetKey.Parse($"character_references/{id}.{extension}"), 10, AReference.Time));
        return id;
    }

    private Task HandleAsync() => new ImportReferencesHandler(
        _scene.Store, _scene.Orphans, _scene.Files, _scene.Catalog, _scene.JobImages, _scene.Storage).HandleAsync(
        _tally,
        (_, reason) =>
        {
            lock (_rejected)
            {
                _rejected.Add(reason);
            }
        },
        CancellationToken.None);
}
