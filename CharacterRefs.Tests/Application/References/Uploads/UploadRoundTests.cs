using CharacterRefs.Application.Concurrency;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using NSubstitute;

namespace CharacterRefs.Tests.Application.References.Uploads;

[Category("Unit")]
internal sealed class UploadRoundTests
{
    private readonly ReferenceScene _scene = new();
    private readonly TestMeters _meters = new();

    [Test]
    public async Task RunAsync_WhenRequestsOfADeadProcessLeftUploads_AttemptsThemInTheFirstRoundOnly()
    {
        var requestedAt = new List<DateTimeOffset>();
        _scene.Queue.ClaimDueAsync(default, default, default, default).ReturnsForAnyArgs(call =>
        {
            requestedAt.Add(call.ArgAt<DateTimeOffset>(0));
            return Enumerable.Repeat(AReference.Pending(), requestedAt.Count == 1 ? call.Arg<int>() : 0).ToList<CharacterReference>();
        });
        var round = Round();

        Assert.That(
            (await round.RunAsync(CancellationToken.None), await round.RunAsync(CancellationToken.None)),
            Is.EqualTo(((DateTimeOffset?)DateTimeOffset.MinValue, (DateTimeOffset?)null)),
            "a full batch has more");

        var now = _scene.Clock.GetUtcNow();
        Assert.That(requestedAt, Is.EqualTo([now + UploadIntake.RequestLead, now]));
    }

    [Test]
    public async Task RunAsync_WhenNodesShareTheCatalog_ClaimsOnlyWhatBeginsAtOnce()
    {
        _scene.Storage = ReferenceScene.StoreFirst;

        await Round().RunAsync(CancellationToken.None);

        await _scene.Queue.Received(1).ClaimDueAsync(
            AReference.Time, AReference.Time.AddMinutes(2), _scene.Storage.StoreConcurrency, Arg.Any<CancellationToken>());
    }

    [Test]
    public async Task RunAsync_WhenAnUploadOutlastsItsClaim_RenewsTheClaimAndRecordsUnderTheLastOne()
    {
        var (reference, saving) = ClaimOne();
        _scene.Queue.RenewClaimAsync(default, default!, default, default).ReturnsForAnyArgs(true);
        var clock = new PausesClock(AReference.Time);
        var third = TimeSpan.FromSeconds(40);
        var running = Round(clock).RunAsync(CancellationToken.None);
        await PauseAsync();
        var copy = reference.RemoteCopy!;
        for (var renewal = 1; renewal <= 4; renewal++)
        {
            var (claimed, until) = (copy, AReference.Time + (third * (renewal + 3)));
            clock.Advance(third);
            await PauseAsync();
            await _scene.Queue.Received(1).RenewClaimAsync(reference.Id, claimed, until, Arg.Any<CancellationToken>());
            copy = copy with { NextAttemptAt = until };
        }

        saving.SetResult(SaveOutcome.Stored);
        await running;

        await _scene.Queue.Received(1).RecordAsync(
            reference.Id, copy, Arg.Is<RemoteCopy>(recorded => recorded.State == RemoteCopyState.Persisted), Arg.Any<CancellationToken>());

        async Task PauseAsync()
        {
            // The other timer is that of the claim's end.
            while (await clock.Pauses.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20)) != third)
            {
            }
        }
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task RunAsync_WhenTheClaimIsLost_StopsTheUploadAndRecordsNothing(bool isCatalogSilent)
    {
        using var counted = new CountedEvents(_meters);
        var (reference, _) = ClaimOne();
        _scene.Queue.RenewClaimAsync(default, default!, default, default).ReturnsForAnyArgs(
            _ => isCatalogSilent ? new TaskCompletionSource<bool>().Task : Task.FromResult(false));
        var running = Round().RunAsync(CancellationToken.None);
        await Condition.UntilAsync(() => _scene.Store.ReceivedCalls().Any(call => call.GetMethodInfo().Name == nameof(IAssetStore.SaveAsync)));

        _scene.Clock.Advance(TimeSpan.FromSeconds(40));
        if (isCatalogSilent)
        {
            _scene.Clock.Advance(TimeSpan.FromSeconds(80));
        }

        await running.WaitAsync(TimeSpan.FromSeconds(20));
        await _scene.Queue.DidNotReceiveWithAnyArgs().RecordAsync(default, default, default!, default);
        await _scene.Queue.DidNotReceiveWithAnyArgs().RecordFailedAsync(default, default!, default!, default);
        Assert.That(_scene.Log.Lines, Has.One.Contains($"The claim of the upload of {reference.Id} was lost"));
        Assert.That(counted.Sums, Is.EquivalentTo(new Dictionary<string, double> { ["characterrefs.leases.lost kind=upload"] = 1 }));
    }

    [Test]
    public async Task RunAsync_WhenTheServiceStops_GivesTheClaimBack()
    {
        using var stop = new CancellationTokenSource();
        var (reference, _) = ClaimOne();
        var running = Round().RunAsync(stop.Token);
        await Condition.UntilAsync(() => _scene.Store.ReceivedCalls().Any(call => call.GetMethodInfo().Name == nameof(IAssetStore.SaveAsync)));

        await stop.CancelAsync();

        await Assert.ThatAsync(() => running, Throws.InstanceOf<OperationCanceledException>());
        await _scene.Queue.Received(1).ReleaseAsync(reference.Id, reference.RemoteCopy!, CancellationToken.None);
    }

    /// <returns>An image that is claimed, and the end of its upload.</returns>
    private (CharacterReference Reference, TaskCompletionSource<SaveOutcome> Saving) ClaimOne()
    {
        var reference = AReference.Pending();
        var saving = new TaskCompletionSource<SaveOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        _scene.Storage = ReferenceScene.StoreFirst;
        _scene.Queue.ClaimDueAsync(default, default, default, default).ReturnsForAnyArgs([reference]);
        _scene.Queue.RecordAsync(default, default, default!, default).ReturnsForAnyArgs(true);
        _scene.Store.SaveAsync(default!, default!, default).ReturnsForAnyArgs(call => saving.Task.WaitAsync(call.Arg<CancellationToken>()));
        _scene.Store.FindAsync(default!, default).ReturnsForAnyArgs(
            new AssetMetadata(reference.RemoteCopy!.Key, reference.SizeBytes, "image/png", reference.Sha256, AReference.Time));
        return (reference, saving);
    }

    private UploadRound Round(TimeProvider? clock = null) =>
        new(
            _scene.Queue, _scene.Attempt, _scene.Reachability, _scene.Storage, new LeaseMeter(_meters), clock ?? _scene.Clock, _scene.Log.Of<UploadRound>());
}
