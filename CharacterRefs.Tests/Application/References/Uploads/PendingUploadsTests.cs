using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using NSubstitute;

namespace CharacterRefs.Tests.Application.References.Uploads;

[Category("Unit")]
internal sealed class PendingUploadsTests
{
    private readonly ReferenceScene _scene = new() { Storage = StorageSettings.Read(TestSettings.Of(("STORAGE_BACKEND", "s3"), ("STORE_WAIT", "1"))) };
    private readonly CharacterReference _reference = AReference.Ordered(AReference.Uploaded());

    [Test]
    public async Task TryAsync_WhenTheStoreIsKnownNotToAnswer_AsksNothingAndRecordsWhy()
    {
        _scene.Reachability.IsReachable.Returns(false);
        _scene.Reachability.Problem.Returns(new AssetStoreUnavailableException("It is off.", AssetStoreFault.Unreachable));

        var left = (await _scene.Orders.TryAsync(_reference)).RemoteCopy!;

        Assert.That(left, Is.EqualTo(_reference.RemoteCopy! with { LastError = "It is off.", NextAttemptAt = _scene.Clock.GetUtcNow() }));
        await _scene.Catalog.Received(1).RecordCopyAsync(_reference.Id, left, CancellationToken.None);
        Assert.That(_scene.Store.ReceivedCalls(), Is.Empty);
    }

    [Test]
    public async Task TryAsync_WhenTheCatalogDoesNotTakeTheCause_KeepsTheImageAndItsOrder()
    {
        _scene.Reachability.IsReachable.Returns(false);
        _scene.Catalog.RecordCopyAsync(default, default!, default).ReturnsForAnyArgs<bool>(_ => throw new LocalStorageException("The disk is full."));

        Assert.That(await _scene.Orders.TryAsync(_reference), Is.EqualTo(_reference));
    }

    [TestCase("s3", "false", true)]
    [TestCase("local", "true", true)]
    [TestCase("local", "false", false)]
    public void Place_WhenEveryImageIsStored_OrdersThoseOfRequestsAndOfAdoptionAlike(string backend, string fromCloud, bool isOrdered)
    {
        var scene = new ReferenceScene { Storage = StorageSettings.Read(TestSettings.Of(("STORAGE_BACKEND", backend), ("SERVE_FROM_CLOUD", fromCloud))) };
        var image = AReference.Uploaded();

        Assert.That((scene.Orders.Place(image).RemoteCopy is not null, scene.Orders.PlaceDue(image).RemoteCopy is not null), Is.EqualTo((isOrdered, isOrdered)));
    }
}
