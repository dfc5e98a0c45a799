using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using NSubstitute;

namespace CharacterRefs.Tests.Application.References.Uploads;

[Category("Unit")]
internal sealed class PendingUploadsTests
{
    private readonly ReferenceScene _scene = new() { Storage = StorageSettings.Read(TestSettings.Of(("STORAGE_BACKEND", "s3"), ("STORE_WAIT", "1"))) };
    private readonly CharacterReference _reference = AReference.Pending();

    [Test]
    public async Task AttemptAsync_WhenTheStoreIsUnreachable_DefersTheUploadAndRecordsTheCause()
    {
        _scene.Reachability.IsReachable.Returns(false);
        _scene.Reachability.Problem.Returns(new AssetStoreUnavailableException("It is off.", AssetStoreFault.Unreachable));

        var left = (await _scene.Uploads.AttemptAsync(_reference)).RemoteCopy!;

        Assert.That(left, Is.EqualTo(_reference.RemoteCopy! with { LastError = "It is off.", NextAttemptAt = _scene.Clock.GetUtcNow() }));
        await _scene.Queue.Received(1).RecordAsync(_reference.Id, left, CancellationToken.None);
        Assert.That(_scene.Store.ReceivedCalls(), Is.Empty);
    }

    [Test]
    public async Task AttemptAsync_WhenTheQueueFails_KeepsTheImageAndItsPendingUpload()
    {
        _scene.Reachability.IsReachable.Returns(false);
        _scene.Queue.RecordAsync(default, default!, default).ReturnsForAnyArgs<bool>(_ => throw new LocalStorageException("The disk is full."));

        Assert.That(await _scene.Uploads.AttemptAsync(_reference), Is.EqualTo(_reference));
    }

    [TestCase("s3", "false", true)]
    [TestCase("local", "true", true)]
    [TestCase("local", "false", false)]
    public void Enqueue_WhenEveryImageIsStored_QueuesThoseOfRequestsAndOfAdoptionAlike(string backend, string fromCloud, bool isQueued)
    {
        var scene = new ReferenceScene { Storage = StorageSettings.Read(TestSettings.Of(("STORAGE_BACKEND", backend), ("SERVE_FROM_CLOUD", fromCloud))) };
        var image = AReference.Uploaded();

        Assert.That(
            (scene.Uploads.Enqueue(image).RemoteCopy is not null, scene.Uploads.EnqueueDue(image).RemoteCopy is not null), Is.EqualTo((isQueued, isQueued)));
    }
}
