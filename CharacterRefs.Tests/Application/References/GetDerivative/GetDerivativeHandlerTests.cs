using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References.Derivatives;
using CharacterRefs.Application.References.GetDerivative;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using NSubstitute;
using NSubstitute.ExceptionExtensions;

namespace CharacterRefs.Tests.Application.References.GetDerivative;

[Category("Unit")]
internal sealed class GetDerivativeHandlerTests
{
    private static readonly PresignedUrl s_url = new("https://store.example/thumb", AReference.Time.AddHours(1));

    private readonly ReferenceScene _scene = new() { Storage = StorageSettings.Read(TestSettings.Of(("SERVE_FROM_CLOUD", "true"))) };
    private readonly CharacterReference _reference = AReference.Persisted();

    [SetUp]
    public void SetUp()
    {
        _scene.Catalog.FindAsync(_reference.Id, Arg.Any<CancellationToken>()).Returns(_reference);
        _scene.Signer.Sign(default!, default).ReturnsForAnyArgs(s_url);
    }

    [Test]
    public async Task HandleAsync_WhenTheStoreHasIt_SignsItsUrlAfterOneRequestToTheStore()
    {
        var key = AssetKey.Parse($"derivatives/{_reference.Id}/thumb.webp");
        _scene.Store.FindAsync(key, Arg.Any<CancellationToken>())
            .Returns(new AssetMetadata(key, 3, Derivative.MediaType, _reference.Sha256, AReference.Time));
        var handler = Handler();

        var deliveries = new[] { await HandleAsync(handler), await HandleAsync(handler) };

        Assert.That(deliveries.Select(delivery => delivery.Value?.Url), Is.All.EqualTo(s_url));
        await _scene.Store.Received(1).FindAsync(key, Arg.Any<CancellationToken>());
        Assert.That(_scene.Renderer.ReceivedCalls(), Is.Empty);

        await handler.HandleAsync(new GetDerivativeQuery(_reference.Id, Derivative.Thumb, IsFresh: true), CancellationToken.None);
        await _scene.Store.Received(2).FindAsync(key, Arg.Any<CancellationToken>());

        _scene.Clock.Advance(TimeSpan.FromHours(2));
        await HandleAsync(handler);
        await _scene.Store.Received(3).FindAsync(key, Arg.Any<CancellationToken>());
    }

    [Test]
    public async Task HandleAsync_WhenTheStoreHasDamagedIt_ReplacesIt()
    {
        var key = AssetKey.Parse($"derivatives/{_reference.Id}/thumb.webp");
        _scene.Store.FindAsync(key, Arg.Any<CancellationToken>())
            .Returns(new AssetMetadata(key, 3, Derivative.MediaType, _reference.Sha256, AReference.Time));
        _scene.Store.IsDamagedAsync(key, Arg.Any<CancellationToken>()).Returns(true);
        using var directory = new TempDirectory();
        var file = directory.Write("thumb.webp", [1, 2, 3]);
        _scene.DerivativeFiles.FindAsync(default, default!, default).ReturnsForAnyArgs(new LocalFile(file, 3, AReference.Time));

        Assert.That((await HandleAsync(Handler())).Value?.Url, Is.EqualTo(s_url));

        await _scene.Store.Received(1).ReplaceAsync(key, Arg.Is<AssetContent>(content => content.Length == 3), Arg.Any<CancellationToken>());
    }

    [Test]
    public async Task HandleAsync_WhenTheStoreFails_DeliversTheLocalFileAsAFallback()
    {
        _scene.Store.FindAsync(default!, default).ThrowsAsyncForAnyArgs(new AssetStoreUnavailableException("It is down.", AssetStoreFault.Unreachable));

        var delivery = (await HandleAsync(Handler())).Value;

        Assert.That((delivery?.Url, delivery?.File?.SizeBytes, delivery?.IsFallback), Is.EqualTo(((PresignedUrl?)null, (long?)3, (bool?)true)));
    }

    [Test]
    public async Task HandleAsync_WhenTheImageIsUnknown_IsNotFound()
    {
        _scene.Catalog.FindAsync(default, default).ReturnsForAnyArgs(default(CharacterReference));

        Assert.That((await HandleAsync(Handler())).Error?.Kind, Is.EqualTo(ErrorKind.NotFound));
    }

    private GetDerivativeHandler Handler() => new(
        _scene.Lookup,
        _scene.Derivatives,
        new DerivativeUrls(_scene.Derivatives, _scene.Store, _scene.Signer, _scene.Catalog, _scene.Storage, _scene.Clock),
        _scene.Reachability,
        _scene.Storage);

    private Task<Result<DerivativeDelivery>> HandleAsync(GetDerivativeHandler handler) =>
        handler.HandleAsync(new GetDerivativeQuery(_reference.Id, Derivative.Thumb), CancellationToken.None);
}
