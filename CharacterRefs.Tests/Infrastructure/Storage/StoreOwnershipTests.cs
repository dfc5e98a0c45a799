using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Infrastructure.Catalog;
using CharacterRefs.Infrastructure.Files;
using CharacterRefs.Infrastructure.Storage;
using CharacterRefs.Infrastructure.Storage.LocalDisk;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;

namespace CharacterRefs.Tests.Infrastructure.Storage;

[Category("Integration")]
internal sealed class StoreOwnershipTests
{
    private static readonly AssetKey s_key = AssetKey.Parse("character_references/a.png");
    private static readonly AssetContent s_content = AssetContent.FromBytes("image"u8.ToArray(), "image/png");

    private readonly FakeTimeProvider _clock = new();
    private TestCatalog _first = null!;
    private TestCatalog _second = null!;
    private TempDirectory _directory = null!;
    private LocalAssetStore _store = null!;

    [SetUp]
    public async Task OpenCatalogsAndStore()
    {
        _first = await TestCatalog.OpenAsync();
        _second = await TestCatalog.OpenAsync();
        _directory = new TempDirectory();
        _store = new LocalAssetStore(new DataRootOptions { Path = _directory.FullPath });
    }

    [TearDown]
    public async Task Close()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
        _directory.Dispose();
    }

    [Test]
    public async Task ClaimAsync_WhenTheStoreHasNoOwner_ClaimsItForEveryStartOfThisCatalog()
    {
        Assert.That(await Of(_first).ClaimAsync(default), Is.Null);

        Assert.That(await Of(_first).ClaimAsync(default), Is.Null);
        Assert.That(await OwnerAsync(), Does.Contain($"{await Identity(_first)}"));
    }

    [Test]
    public async Task ClaimAsync_WhenAnotherCatalogOwnsTheStore_NamesBothAndChangesNothing()
    {
        await Of(_first).ClaimAsync(default);
        var before = await OwnerAsync();

        var problem = await Of(_second).ClaimAsync(default);

        Assert.That(
            problem, Does.Contain($"{await Identity(_first)}").And.Contain($"{await Identity(_second)}").And.Contain("STORE_OWNER=takeover"));
        Assert.That(await OwnerAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task ClaimAsync_WhenItTakesOver_ThePreviousOwnerIsRejected()
    {
        await Of(_first).ClaimAsync(default);

        Assert.That(await Of(_second, takesOver: true).ClaimAsync(default), Is.Null);

        Assert.That(await Of(_second).ClaimAsync(default), Is.Null);
        Assert.That(await Of(_first).ClaimAsync(default), Does.Contain($"{await Identity(_second)}"));
    }

    [TestCase("")]
    [TestCase("not json")]
    [TestCase("null")]
    public async Task ClaimAsync_WhenTheMarkerNamesNoCatalog_IsRejectedUntilItTakesOver(string marker)
    {
        await _store.SaveAsync(AssetLayout.Owner, AssetContent.FromBytes(System.Text.Encoding.UTF8.GetBytes(marker), "text/plain"), default);

        Assert.That(await Of(_first).ClaimAsync(default), Does.Contain("does not name a catalog"));
        Assert.That(await Of(_first, takesOver: true).ClaimAsync(default), Is.Null);
    }

    [Test]
    public async Task ClaimAsync_WhenItIsClaimed_TheMarkerIsNeverWrittenAgain()
    {
        var ownership = Of(_first);
        await ownership.ClaimAsync(default);
        await _store.DeleteAsync(AssetLayout.Owner, default);

        Assert.That(await ownership.ClaimAsync(default), Is.Null);
        _clock.Advance(StoreOwnership.Lifetime);
        Assert.That(await ownership.ClaimAsync(default), Is.Null);

        Assert.That(await _store.FindAsync(AssetLayout.Owner, default), Is.Null);
    }

    [Test]
    public async Task AnyChange_WhenAnotherCatalogTookTheStoreOver_IsRejectedWithinAMinuteAndNotTakenBack([Values] bool takesOver)
    {
        var ownership = Of(_first, takesOver);
        var owned = new OwnedAssetStore(_store, ownership);
        await owned.SaveAsync(s_key, s_content, default);
        await Of(_second, takesOver: true).ClaimAsync(default);
        var marker = await OwnerAsync();

        await owned.ReplaceAsync(s_key, s_content, default); // within the minute
        _clock.Advance(StoreOwnership.Lifetime);

        var error = await Assert.ThrowsAsync<AssetStoreUnavailableException>(() => owned.DeleteAsync(s_key, default));
        Assert.That((error!.Fault, error.Message.Contains("another catalog", StringComparison.Ordinal)), Is.EqualTo((AssetStoreFault.Rejected, true)));
        Assert.That(await OwnerAsync(), Is.EqualTo(marker));

        await Of(_first, takesOver: true).ClaimAsync(default);
        _clock.Advance(StoreOwnership.Lifetime);
        await owned.DeleteAsync(s_key, default); // its catalog is the owner again
    }

    [Test]
    public async Task ClaimAsync_WhenManyChangesAreMade_ReadsTheMarkerOnceAMinute()
    {
        var store = Substitute.For<IAssetStore>();
        store.SaveAsync(default!, default!, default).ReturnsForAnyArgs(call => _store.SaveAsync(call.Arg<AssetKey>(), call.Arg<AssetContent>(), default));
        store.OpenReadAsync(default!, default, default).ReturnsForAnyArgs(
            call => _store.OpenReadAsync(call.Arg<AssetKey>(), call.Arg<ByteSpan?>(), default));
        var ownership = Of(_first, store: store);

        for (var minute = 0; minute < 3; minute++)
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ownership.ClaimAsync(default)));
            _clock.Advance(StoreOwnership.Lifetime);
        }

        await store.ReceivedWithAnyArgs(1).SaveAsync(default!, default!, default);
        await store.ReceivedWithAnyArgs(3).OpenReadAsync(default!, default, default);
    }

    [Test]
    public async Task AnyChange_WhenAnotherCatalogOwnsTheStore_IsRejectedAndReadsAreNot()
    {
        await Owned(_first).SaveAsync(s_key, s_content, default);
        var other = Owned(_second);
        var free = AssetKey.Parse("character_references/b.png");
        Func<Task>[] changes =
        [
            () => other.SaveAsync(free, s_content, default),
            () => other.ReplaceAsync(s_key, AssetContent.FromBytes("other"u8.ToArray(), "image/png"), default),
            () => other.CopyAsync(s_key, free, default),
            () => other.TryCopyAsync(s_key, s_content.Length, free, default),
            () => other.DeleteAsync(s_key, default),
        ];

        foreach (var change in changes)
        {
            var error = await Assert.ThrowsAsync<AssetStoreUnavailableException>(() => change());
            Assert.That((error!.Fault, error.Message.Contains("another catalog", StringComparison.Ordinal)), Is.EqualTo((AssetStoreFault.Rejected, true)));
        }

        Assert.That((await other.FindAsync(s_key, default))?.Sha256, Is.EqualTo(s_content.Sha256));
        Assert.That(await other.FindAsync(free, default), Is.Null);
    }

    [Test]
    public async Task ReadOrCreateAsync_WhenManyCallAtOnceAndAgain_ReturnsOneIdForAll()
    {
        var identity = new CatalogIdentity(_first.Database);

        var ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => identity.ReadOrCreateAsync(default)));

        await using var reopened = await TestCatalog.OpenAsync(_first.Directory);
        Assert.That(ids.Append(await Identity(reopened)).Distinct(), Has.Exactly(1).Items);
        Assert.That(await Identity(_second), Is.Not.EqualTo(ids[0]));
    }

    private static Task<Guid> Identity(TestCatalog catalog) => new CatalogIdentity(catalog.Database).ReadOrCreateAsync(default);

    private OwnedAssetStore Owned(TestCatalog catalog) => new(_store, Of(catalog));

    private StoreOwnership Of(TestCatalog catalog, bool takesOver = false, IAssetStore? store = null) => new(
        store ?? _store,
        new CatalogIdentity(catalog.Database),
        StorageSettings.Read(TestSettings.Of(takesOver ? [("STORE_OWNER", "takeover")] : [])),
        _clock,
        NullLogger<StoreOwnership>.Instance);

    private async Task<string> OwnerAsync()
    {
        await using var asset = await _store.OpenReadAsync(AssetLayout.Owner, null, default);
        using var reader = new StreamReader(asset!.Content);
        return await reader.ReadToEndAsync();
    }
}
