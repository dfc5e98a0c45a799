using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References.DeliverReference;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;

namespace CharacterRefs.Tests.Application.References.DeliverReference;

[Category("Unit")]
internal sealed class DeliverReferenceHandlerTests
{
    private static readonly PresignedUrl s_url = new("https://store.example/image", AReference.Time.AddHours(1));

    [TestCase(true, true, true, true, false)]
    [TestCase(true, true, false, false, true)]
    [TestCase(true, false, true, false, true)]
    [TestCase(false, true, true, false, false)]
    public async Task HandleAsync_WhenThereIsALocalFile_FallsBackToItOnlyIfTheCopyIsUnavailable(
        bool isCloudServing, bool isPersisted, bool isReachable, bool isFromStore, bool isFallback)
    {
        var (scene, reference) = Scene(isCloudServing, isPersisted);
        scene.Reachability.IsReachable.Returns(isReachable);
        using var counted = new CountedEvents(scene.Meters);

        var delivery = (await HandleAsync(scene, reference.Id)).Value!;

        Assert.That((delivery.FromStore, delivery.IsFallback, delivery.Image.File is null), Is.EqualTo((isFromStore, isFallback, isFromStore)));
        Assert.That(delivery.Image.Url, Is.EqualTo(isPersisted ? s_url : null));
        Assert.That(counted.Sums.Keys.Count(key => key.StartsWith("characterrefs.local_fallbacks", StringComparison.Ordinal)), Is.EqualTo(isFallback ? 1 : 0));
    }

    [Test]
    public async Task HandleAsync_WhenItMayNotRedirect_DeliversTheLocalFileAndCountsNoFallback()
    {
        var (scene, reference) = Scene(isCloudServing: true, isPersisted: true);
        scene.Reachability.IsReachable.Returns(true);
        using var counted = new CountedEvents(scene.Meters);

        var delivery = (await HandleAsync(scene, reference.Id, mayRedirect: false)).Value!;

        Assert.That((delivery.FromStore, delivery.IsFallback, delivery.Image.File is null), Is.EqualTo((false, false, false)));
        Assert.That(counted.Sums.Keys, Has.None.StartsWith("characterrefs.local_fallbacks"));
    }

    [Test]
    public async Task HandleAsync_WhenTheOnlyCopyIsInAnUnreachableStore_IsUnavailable()
    {
        var (scene, reference) = Scene(isCloudServing: true, isPersisted: true);
        scene.Reachability.IsReachable.Returns(false);
        scene.Files.Find(default, default!).ReturnsForAnyArgs(default(LocalFile));

        Assert.That((await HandleAsync(scene, reference.Id)).Error?.Kind, Is.EqualTo(ErrorKind.StorageUnavailable));
    }

    [Test]
    public async Task HandleAsync_WhenThereIsNoImage_IsNotFound() =>
        Assert.That((await HandleAsync(new ReferenceScene(), AReference.NewId())).Error?.Kind, Is.EqualTo(ErrorKind.NotFound));

    private static (ReferenceScene Scene, CharacterReference Reference) Scene(bool isCloudServing, bool isPersisted)
    {
        var scene = new ReferenceScene { Storage = StorageSettings.Read(TestSettings.Of(("SERVE_FROM_CLOUD", isCloudServing ? "true" : "false"))) };
        var reference = isPersisted ? AReference.Persisted() : AReference.Pending();
        scene.Catalog.FindAsync(reference.Id, Arg.Any<CancellationToken>()).Returns(reference);
        scene.Signer.Sign(default!, default).ReturnsForAnyArgs(s_url);
        return (scene, reference);
    }

    private static async Task<Result<Delivery>> HandleAsync(ReferenceScene scene, CharacterReferenceId id, bool mayRedirect = true)
    {
        using var lookup = scene.Lookup;
        var handler = new DeliverReferenceHandler(
            lookup, scene.Locator, scene.Copies, scene.Reachability, scene.Storage, scene.Meter, NullLogger<DeliverReferenceHandler>.Instance);
        return await handler.HandleAsync(id, mayRedirect, CancellationToken.None);
    }
}
