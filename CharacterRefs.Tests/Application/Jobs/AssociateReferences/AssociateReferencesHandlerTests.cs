using CharacterRefs.Application.Jobs;
using CharacterRefs.Application.Jobs.AssociateReferences;
using CharacterRefs.Application.Jobs.ListJobReferences;
using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Domain.References;
using CharacterRefs.Infrastructure.Workspaces;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Doubles;
using CharacterRefs.Tests.Support.Scenes;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;

namespace CharacterRefs.Tests.Application.Jobs.AssociateReferences;

[Category("Unit")]
internal sealed class AssociateReferencesHandlerTests
{
    private const int Concurrency = 4;

    private readonly ReferenceScene _scene = new();
    private readonly List<CharacterReference> _references = [.. Enumerable.Range(0, 40).Select(_ => AReference.Persisted())];

    private TempDirectory _root = null!;
    private readonly TaskCompletionSource _allAtWork = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _atWork;
    private int _mostAtWork;

    [SetUp]
    public void SetUp()
    {
        _root = new TempDirectory();
        _scene.Catalog.FindManyAsync(default!, default).ReturnsForAnyArgs(_references.ToDictionary(reference => reference.Id));
        _scene.Files.OpenRead(default!).ReturnsForAnyArgs(_ => new MemoryStream([1, 2, 3]));
        _scene.Signer.Sign(default!, default).ReturnsForAnyArgs(new PresignedUrl("https://store", AReference.Time));
        _scene.Jobs.ListReferencesAsync(default, default).ReturnsForAnyArgs(_references);
        _scene.Jobs.AssociateAsync(default, default!, default).ReturnsForAnyArgs([]);
        _scene.Store.ListAsync(default!, default).ReturnsForAnyArgs(AsyncEnumerable.Empty<AssetEntry>());
        _scene.Store.TryCopyAsync(default!, default, default!, default).ReturnsForAnyArgs(true);
    }

    [TearDown]
    public void TearDown() => _root.Dispose();

    [Test]
    public async Task HandleAsync_WhenThereAreMany_CopiesSomeAtOnceAndAssociatesAllAtTheEnd()
    {
        _scene.Store.TryCopyAsync(default!, default, default!, default).ReturnsForAnyArgs(_ => CopyAsync());
        _scene.Jobs.AssociateAsync(default, default!, default).ReturnsForAnyArgs(_ =>
        {
            Assert.That(Directory.EnumerateFiles(_root.FullPath, "*.png", SearchOption.AllDirectories).Count(), Is.EqualTo(40), "copies before associations");
            return [];
        });

        var result = await HandleAsync();

        Assert.That(result.Value?.Items.Select(item => item.Reference), Is.EqualTo(_references));
        Assert.That(_mostAtWork, Is.EqualTo(Concurrency));
        await _scene.Jobs.Received(1).AssociateAsync(
            AJobAsset.Job, Arg.Is<IReadOnlyList<CharacterReferenceId>>(
                ids => ids.SequenceEqual(_references.Select(reference => reference.Id))), Arg.Any<CancellationToken>());
    }

    [Test]
    public async Task HandleAsync_WhenOneCannotBeCopied_BeginsNoMoreAndAssociatesNothing()
    {
        _scene.Store.TryCopyAsync(default!, default, default!, default).ReturnsForAnyArgs(false);
        _scene.Store.CopyAsync(default!, default!, default).ReturnsForAnyArgs(SaveOutcome.Conflict);

        var result = await HandleAsync();

        Assert.That(result.Error?.Kind, Is.EqualTo(ErrorKind.Conflict));
        Assert.That(Calls(nameof(IAssetStore.CopyAsync)), Is.InRange(1, Concurrency));
        await _scene.Jobs.DidNotReceiveWithAnyArgs().AssociateAsync(default, default!, default);
    }

    [Test]
    public async Task HandleAsync_WhenSomeAreThereAlready_LooksForThemInOneListingAndComparesOnlyThem()
    {
        AssetEntry[] there = [.. _references.Take(3).Select(KeyOf).Select(key => new AssetEntry(key, 3, AReference.Time))];
        _scene.Store.ListAsync(default!, default).ReturnsForAnyArgs(there.ToAsyncEnumerable());
        _scene.Store.CopyAsync(default!, default!, default).ReturnsForAnyArgs(SaveOutcome.AlreadyStored);

        Assert.That((await HandleAsync()).Error, Is.Null);

        Assert.That(Calls(nameof(IAssetStore.ListAsync)), Is.EqualTo(2), "one for the copies, one for images of earlier systems");
        Assert.That(Calls(nameof(IAssetStore.CopyAsync)), Is.EqualTo(3));
        Assert.That(Calls(nameof(IAssetStore.TryCopyAsync)), Is.EqualTo(_references.Count - 3));
        await _scene.Store.Received(1).CopyAsync(Arg.Any<AssetKey>(), KeyOf(_references[0]), Arg.Any<CancellationToken>());

        static AssetKey KeyOf(CharacterReference reference) => AssetLayout.JobReference(AJobAsset.Job, reference.Id, reference.Format);
    }

    [Test]
    public async Task HandleAsync_WhenAnImageIsDeletedMeanwhile_IsNotFound()
    {
        _scene.Jobs.AssociateAsync(default, default!, default).ReturnsForAnyArgs([_references[3].Id]);

        var result = await HandleAsync();

        Assert.That(result.Error?.Kind, Is.EqualTo(ErrorKind.NotFound));
        Assert.That(result.Error?.UnknownImageIds, Is.EqualTo([_references[3].Id.ToString()]));
    }

    [Test]
    public async Task HandleAsync_WhenTheBytesAreNotTheImages_RejectsAndLeavesNothing()
    {
        _scene.Files.OpenRead(default!).ReturnsForAnyArgs(_ => new MemoryStream([3, 2, 1]));

        var result = await HandleAsync();

        Assert.That(result.Error?.Kind, Is.EqualTo(ErrorKind.InternalError));
        Assert.That(Directory.EnumerateFiles(_root.FullPath, "*", SearchOption.AllDirectories), Is.Empty);
        await _scene.Jobs.DidNotReceiveWithAnyArgs().AssociateAsync(default, default!, default);
    }

    private int Calls(string method) => _scene.Store.ReceivedCalls().Count(call => call.GetMethodInfo().Name == method);

    /// <summary>The first copies wait for each other.</summary>
    private async Task<bool> CopyAsync()
    {
        var atWork = Interlocked.Increment(ref _atWork);
        lock (_references)
        {
            _mostAtWork = Math.Max(_mostAtWork, atWork);
        }

        if (atWork == Concurrency)
        {
            _allAtWork.TrySetResult();
        }

        await _allAtWork.Task.WaitAsync(Condition.Limit);
        Interlocked.Decrement(ref _atWork);
        return true;
    }

    private async Task<Result<JobReferenceSet>> HandleAsync()
    {
        var workspaces = new ScriptedJobsRoot(_root.FullPath);
        using var lookup = _scene.Lookup;
        var settings = new JobSettings { BackupLimit = 1, Concurrency = Concurrency, Lease = TimeSpan.FromSeconds(30), MaxFileBytes = 1 << 20 };
        var handler = new AssociateReferencesHandler(
            lookup,
            _scene.Jobs,
            workspaces,
            new JobReferenceCopies(
                new PersistedImages(_scene.Store, _scene.Attempt, _scene.Clock),
                new WorkspaceImages(_scene.Files, _scene.Store),
                settings),
            new ListJobReferencesHandler(
                _scene.Jobs,
                workspaces,
                new JobObjects(_scene.Store, new ContentDigester(), new MediaTypes(), settings, TimeProvider.System),
                _scene.JobImages,
                new JobUrlSigner(_scene.Signer, _scene.Storage),
                NullLogger<ListJobReferencesHandler>.Instance),
            NullLogger<AssociateReferencesHandler>.Instance);
        return await handler.HandleAsync(
            new AssociateReferencesCommand(AJobAsset.Job, [.. _references.Select(reference => reference.Id)]), CancellationToken.None);
    }
}
