using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using NSubstitute;
using NSubstitute.ExceptionExtensions;

namespace CharacterRefs.Tests.Application.References.Uploads;

[Category("Unit")]
internal sealed class UploadIntakeTests
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
        await _scene.Queue.Received(1).RecordFailedAsync(_reference.Id, _reference.RemoteCopy!, left, CancellationToken.None);
        Assert.That(_scene.Store.ReceivedCalls(), Is.Empty);
    }

    [Test]
    public async Task AttemptAsync_WhenTheQueueFails_KeepsTheImageAndItsPendingUpload()
    {
        _scene.Reachability.IsReachable.Returns(false);
        _scene.Queue.RecordFailedAsync(default, default!, default!, default).ThrowsAsyncForAnyArgs(new LocalStorageException("The disk is full."));

        Assert.That(await _scene.Uploads.AttemptAsync(_reference), Is.EqualTo(_reference));
    }

    [TestCase("s3", "false", true)]
    [TestCase("local", "true", true)]
    [TestCase("local", "false", false)]
    public async Task Admit_WhenEveryImageIsStored_QueuesThoseOfRequestsAndOfAdoptionAlike(string backend, string fromCloud, bool isQueued)
    {
        var scene = new ReferenceScene { Storage = StorageSettings.Read(TestSettings.Of(("STORAGE_BACKEND", backend), ("SERVE_FROM_CLOUD", fromCloud))) };
        var image = AReference.Uploaded();

        var ofRequest = (await scene.Uploads.AdmitForRequestAsync(image)).Value!;
        var adopted = (await scene.Uploads.AdmitAsync(image, TimeSpan.Zero, CancellationToken.None)).Value!;

        var now = scene.Clock.GetUtcNow();
        DateTimeOffset? dueForRequest = isQueued ? now + UploadIntake.RequestLead : null, dueForAdoption = isQueued ? now : null;
        Assert.That((ofRequest.RemoteCopy?.NextAttemptAt, adopted.RemoteCopy?.NextAttemptAt), Is.EqualTo((dueForRequest, dueForAdoption)));
        Assert.That(scene.Store.ReceivedCalls(), Is.Empty);
    }

    [Test]
    public async Task AdmitAsync_WhenTheStoreComesFirst_StoresAndVerifiesTheImageAndQueuesNothing()
    {
        _scene.Storage = ReferenceScene.StoreFirst;
        _scene.LetTheStoreTakeAll();

        var admitted = await _scene.Uploads.AdmitForRequestAsync(_reference with { RemoteCopy = null });

        Assert.That(admitted.Value?.PersistedCopy?.Key, Is.EqualTo(_reference.RemoteCopy!.Key));
        Assert.That(_scene.Queue.ReceivedCalls(), Is.Empty);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task AdmitAsync_WhenTheStoreComesFirstAndIsUnreachable_Rejects(bool isKnown)
    {
        _scene.Storage = ReferenceScene.StoreFirst;
        var fault = new AssetStoreUnavailableException("It is off.", AssetStoreFault.Unreachable);
        _scene.Reachability.IsReachable.Returns(!isKnown);
        _scene.Reachability.Problem.Returns(fault);
        _scene.Store.SaveAsync(default!, default!, default).ThrowsAsyncForAnyArgs(fault);

        var admitted = await _scene.Uploads.AdmitForRequestAsync(AReference.Uploaded());

        Assert.That(admitted.Error?.Kind, Is.EqualTo(ErrorKind.StorageUnavailable));
        Assert.That(admitted.Error?.Detail, Does.Contain("It is off."));
        Assert.That(_scene.Store.ReceivedCalls().Any(), Is.EqualTo(!isKnown));
    }

    [Test]
    public async Task AdmitForRequestAsync_WhenTheStoreTakesLongerThanStoreWait_Rejects()
    {
        _scene.Storage = ReferenceScene.StoreFirst;
        _scene.Store.SaveAsync(default!, default!, default).ReturnsForAnyArgs(async call =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, call.Arg<CancellationToken>());
            return SaveOutcome.Stored;
        });

        var admitting = _scene.Uploads.AdmitForRequestAsync(AReference.Uploaded());
        _scene.Clock.Advance(_scene.Storage.StoreWait);

        Assert.That((await admitting).Error?.Detail, Does.Contain("STORE_WAIT"));
    }
}
