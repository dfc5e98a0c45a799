using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.References.PresignReference;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using NSubstitute;

namespace CharacterRefs.Tests.Application.References.PresignReference;

[Category("Unit")]
internal sealed class PresignReferencesHandlerTests
{
    private readonly ReferenceScene _scene = new();

    [Test]
    public async Task HandleAsync_WhenAThousandAreRequested_ReadsTheCatalogOnceAndTheStoreNever()
    {
        var stored = Enumerable.Range(0, PresignReferencesQuery.MaxIds).Select(_ => AReference.Persisted()).ToList();
        _scene.Catalog.FindManyAsync(default!, default).ReturnsForAnyArgs(stored.ToDictionary(reference => reference.Id));
        _scene.Signer.Sign(default!, default).ReturnsForAnyArgs(call => new PresignedUrl($"https://store/{call.Arg<AssetKey>().Value}", AReference.Time));
        var handler = new PresignReferencesHandler(_scene.Catalog, _scene.Lookup, _scene.Images, _scene.Signer, _scene.Storage);

        var urls = await handler.HandleAsync(new PresignReferencesQuery([.. stored.Select(reference => reference.Id)], null, null), CancellationToken.None);

        Assert.That(urls.Select(url => url.Url!.Url), Is.EqualTo(stored.Select(reference => $"https://store/character_references/{reference.Id}.png")));
        await _scene.Catalog.ReceivedWithAnyArgs(1).FindManyAsync(default!, default);
        Assert.That(_scene.Store.ReceivedCalls(), Is.Empty);
    }

    [Test]
    [Category("Integration")]
    public async Task HandleAsync_WhenAThousandAreRequested_IsOneCommandOfTheDatabase()
    {
        await using var catalog = await TestCatalog.OpenAsync();
        var stored = Enumerable.Range(0, 20).Select(_ => AReference.Persisted()).ToList();
        foreach (var reference in stored)
        {
            await catalog.References.AddAsync(reference, CancellationToken.None);
        }

        _scene.Signer.Sign(default!, default).ReturnsForAnyArgs(new PresignedUrl("https://store/image", AReference.Time));
        var ids = stored.Select(reference => reference.Id)
            .Concat(Enumerable.Range(stored.Count, PresignReferencesQuery.MaxIds - stored.Count).Select(_ => AReference.NewId())).ToList();
        var before = catalog.Commands.Count;

        var urls = await new PresignReferencesHandler(catalog.References, _scene.Lookup, _scene.Images, _scene.Signer, _scene.Storage)
            .HandleAsync(new PresignReferencesQuery(ids, null, null), CancellationToken.None);

        Assert.That(urls.Count(url => url.Url is not null), Is.EqualTo(stored.Count));
        Assert.That(catalog.Commands.Count - before, Is.EqualTo(1));
    }

    [Test]
    public async Task HandleAsync_WhenACopyIsStillPending_HasNoUrlForIt()
    {
        var pending = AReference.Pending();
        _scene.Catalog.FindManyAsync(default!, default).ReturnsForAnyArgs(new Dictionary<CharacterReferenceId, CharacterReference> { [pending.Id] = pending });
        var handler = new PresignReferencesHandler(_scene.Catalog, _scene.Lookup, _scene.Images, _scene.Signer, _scene.Storage);

        var urls = await handler.HandleAsync(new PresignReferencesQuery([pending.Id], null, null), CancellationToken.None);

        Assert.That(urls.Single().Error!.Detail, Does.Contain("not found in storage"));
        Assert.That(_scene.Signer.ReceivedCalls(), Is.Empty);
    }

    [Test]
    public async Task HandleAsync_WhenIdsHaveNoRow_DoesNotLookForThemInTheStore()
    {
        _scene.Catalog.FindManyAsync(default!, default).ReturnsForAnyArgs(new Dictionary<CharacterReferenceId, CharacterReference>());
        var handler = new PresignReferencesHandler(_scene.Catalog, _scene.Lookup, _scene.Images, _scene.Signer, _scene.Storage);

        var urls = await handler.HandleAsync(new PresignReferencesQuery([AReference.NewId(), AReference.NewId()], null, null), CancellationToken.None);

        Assert.That(urls.Select(url => url.Error?.Kind), Is.All.EqualTo(ErrorKind.NotFound));
        Assert.That(_scene.Store.ReceivedCalls(), Is.Empty);
    }

    [Test]
    public async Task HandleOneAsync_WhenTheIdHasNoRow_LooksForItInTheStore()
    {
        var id = AReference.NewId();
        var handler = new PresignReferencesHandler(_scene.Catalog, _scene.Lookup, _scene.Images, _scene.Signer, _scene.Storage);

        var url = await handler.HandleOneAsync(new PresignReferencesQuery([id], null, null), CancellationToken.None);

        Assert.That(url.Error?.Kind, Is.EqualTo(ErrorKind.NotFound));
        _scene.Store.Received(1).ListAsync(AssetLayout.References, $"{id}.", Arg.Any<CancellationToken>());
    }
}
