using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.References.Adoption;
using CharacterRefs.Infrastructure.Startup;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;

namespace CharacterRefs.Tests.Infrastructure.Startup;

[Category("Unit")]
internal sealed class JobImageWorkerTests
{
    private readonly ReferenceScene _scene = new();
    private readonly ICatalogNode _node = Substitute.For<ICatalogNode>();

    private int _searches;

    [Test]
    public async Task Worker_WhileAnotherNodeHasTheDuty_SearchesNothingUntilItIsFree()
    {
        var (tries, isFree) = (0, false);
        _node.TryTakeAsync(default, default).ReturnsForAnyArgs(_ => (++tries, isFree).isFree);
        Search(() => AsyncEnumerable.Empty<string>());
        using var worker = await StartAsync();
        await PassTimeUntilAsync(() => tries > 2);
        Assert.That(_searches, Is.Zero);

        isFree = true;
        await PassTimeUntilAsync(() => _searches > 0);

        await worker.StopAsync(CancellationToken.None);
        Assert.That(_searches, Is.EqualTo(1));
        await _node.DidNotReceiveWithAnyArgs().GiveUpAsync(default, default);
    }

    [Test]
    public async Task Worker_WhenThisNodeDoesNotReachTheStore_GivesTheDutyUp()
    {
        _node.TryTakeAsync(NodeDuty.JobImages, Arg.Any<CancellationToken>()).Returns(true);
        Search(() => throw new AssetStoreUnavailableException("No route.", AssetStoreFault.Unreachable));
        using var worker = await StartAsync();

        await PassTimeUntilAsync(() => _searches > 1);

        await worker.StopAsync(CancellationToken.None);
        Assert.That(
            _node.ReceivedCalls().Count(call => call.GetMethodInfo().Name == nameof(ICatalogNode.GiveUpAsync)), Is.InRange(_searches - 1, _searches));
    }

    private void Search(Func<IAsyncEnumerable<string>> list) => _scene.Store.ListFoldersAsync(default!, default, default).ReturnsForAnyArgs(_ =>
    {
        _searches++;
        return list();
    });

    private async Task<JobImageWorker> StartAsync()
    {
        var search = new JobImageSearch(_scene.Store, _scene.JobImages, _scene.Clock, NullLogger<JobImageSearch>.Instance);
        var worker = new JobImageWorker(search, _scene.Reachability, _node, _scene.Clock, NullLogger<JobImageWorker>.Instance);
        await worker.StartAsync(CancellationToken.None);
        return worker;
    }

    private Task PassTimeUntilAsync(Func<bool> condition) => Condition.UntilAsync(() =>
    {
        _scene.Clock.Advance(TimeSpan.FromMinutes(1));
        return condition();
    });
}
