using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.References.PersistReference;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using NSubstitute;

namespace CharacterRefs.Tests.Application.References.PersistReference;

[Category("Unit")]
internal sealed class PersistReferenceHandlerTests
{
    private readonly ReferenceScene _scene = new();
    private readonly CharacterReference _reference = AReference.Persisted();
    private readonly HashSet<AssetKey> _inStore = [];

    [SetUp]
    public void LetEverythingWork()
    {
        _scene.Catalog.FindAsync(default, default).ReturnsForAnyArgs(_reference);
        _scene.Queue.RecordAsync(default, default, default!, default).ReturnsForAnyArgs(true);
        _scene.Store.SaveAsync(default!, default!, default).ReturnsForAnyArgs(call =>
            _inStore.Add(call.Arg<AssetKey>()) ? SaveOutcome.Stored : SaveOutcome.AlreadyStored);
        _scene.Store.FindAsync(default!, default).ReturnsForAnyArgs(call => _inStore.Contains(call.Arg<AssetKey>())
            ? new AssetMetadata(call.Arg<AssetKey>(), _reference.SizeBytes, "image/png", _reference.Sha256, AReference.Time)
            : null);
        _scene.Store.CopyAsync(default!, default!, default).ReturnsForAnyArgs(call =>
            !_inStore.Contains(call.ArgAt<AssetKey>(0)) ? null : _inStore.Add(call.ArgAt<AssetKey>(1)) ? SaveOutcome.Stored : SaveOutcome.AlreadyStored);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task HandleAsync_WhenTheStoreHasLostTheImage_StoresItAgain(bool isForJob)
    {
        var result = await PersistAsync(isForJob);

        Assert.That(result.TryGet(out var persisted, out var error), Is.True, error?.Detail);
        Assert.That(persisted!.Outcome, Is.EqualTo(SaveOutcome.Stored));
        Assert.That(_inStore, Is.EquivalentTo(new[] { _reference.RemoteCopy!.Key, persisted.Key }.Distinct()));
        await _scene.Queue.Received(1).RecordAsync(
            _reference.Id, _reference.RemoteCopy, Arg.Is<RemoteCopy>(copy => copy.State == RemoteCopyState.Persisted), Arg.Any<CancellationToken>());
    }

    [TestCase(false, SaveOutcome.AlreadyStored)]
    [TestCase(true, SaveOutcome.Stored)]
    public async Task HandleAsync_WhenTheStoreHasTheImage_SendsNothing(bool isForJob, SaveOutcome outcome)
    {
        _inStore.Add(_reference.RemoteCopy!.Key);

        var result = await PersistAsync(isForJob);

        Assert.That(result.TryGet(out var persisted, out _) ? persisted!.Outcome : default(SaveOutcome?), Is.EqualTo(outcome));
        await _scene.Store.DidNotReceiveWithAnyArgs().SaveAsync(default!, default!, default);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task HandleAsync_WhenTheStoreIsKnownAsUnreachable_SaysSoWithoutARequest(bool isForJob)
    {
        _scene.Reachability.IsReachable.Returns(false);
        _scene.Reachability.Problem.Returns(new AssetStoreUnavailableException("The store did not respond in time.", AssetStoreFault.Unreachable));

        var result = await PersistAsync(isForJob);

        Assert.That(result.TryGet(out _, out var error), Is.False);
        Assert.That((error!.Kind, error.RetryAfter is null), Is.EqualTo((ErrorKind.StorageUnavailable, false)));
        Assert.That(error.Detail, Does.Contain("did not respond in time"));
        Assert.That(_scene.Store.ReceivedCalls(), Is.Empty);
    }

    private Task<Result<PersistedReference>> PersistAsync(bool isForJob)
    {
        var handler = new PersistReferenceHandler(_scene.Lookup, _scene.Images, _scene.Reachability, _scene.Signer, _scene.Storage);
        return handler.HandleAsync(new PersistReferenceCommand(_reference.Id, isForJob ? AJobAsset.Job : null), CancellationToken.None);
    }
}
