using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using CharacterRefs.Tests.Support.Telemetry;
using NSubstitute;
using NSubstitute.ExceptionExtensions;

namespace CharacterRefs.Tests.Application.References.Uploads;

[Category("Unit")]
internal sealed class UploadAttemptTests
{
    private readonly ReferenceScene _scene = new();
    private readonly CharacterReference _reference = AReference.Pending();

    [SetUp]
    public void LetEverythingWork()
    {
        _scene.Queue.RecordAsync(default, default, default!, default).ReturnsForAnyArgs(true);
        _scene.Store.SaveAsync(default!, default!, default).ReturnsForAnyArgs(SaveOutcome.Stored);
        _scene.Store.FindAsync(default!, default).ReturnsForAnyArgs(Metadata(_reference.SizeBytes, _reference.Sha256));
    }

    [TestCase(SaveOutcome.Stored)]
    [TestCase(SaveOutcome.AlreadyStored)]
    public async Task RunAsync_WhenTheCopyMatches_RecordsItAsPersisted(SaveOutcome outcome)
    {
        _scene.Store.SaveAsync(default!, default!, default).ReturnsForAnyArgs(outcome);

        var result = await _scene.Attempt.RunAsync(_reference, CancellationToken.None);

        Assert.That(result, Is.EqualTo(new UploadResult(_reference.RemoteCopy!.Verified(_scene.Clock.GetUtcNow()), outcome, null)));
        await _scene.Queue.Received(1).RecordAsync(_reference.Id, _reference.RemoteCopy, result.Copy, CancellationToken.None);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task RunAsync_WhenTheFileIsNotHere_CountsTheAttemptOnlyWhereNoOtherNodeMayHaveIt(bool isShared)
    {
        _scene.Storage = _scene.Storage with { StoresFirst = isShared };
        _scene.Files.Find(default, default!).ReturnsForAnyArgs(default(LocalFile));
        _scene.Store.FindAsync(default!, default).ReturnsForAnyArgs(default(AssetMetadata));

        var (copy, _, error) = await _scene.Attempt.RunAsync(_reference, CancellationToken.None);

        Assert.That((copy.State, copy.Attempts), Is.EqualTo((RemoteCopyState.Pending, isShared ? 0 : 1)));
        Assert.That(copy.NextAttemptAt, Is.GreaterThan(_scene.Clock.GetUtcNow()));
        Assert.That(error?.Detail, Does.Contain("not found"));
    }

    [TestCase(true, "stored", null)]
    [TestCase(false, "failed", "StorageUnavailable")]
    public async Task RunAsync_WhenItEnds_IsASpanWithTheOutcome(bool isFound, string outcome, string? error)
    {
        using var spans = new RecordedSpans();
        if (!isFound)
        {
            _scene.Store.FindAsync(default!, default).ReturnsForAnyArgs((AssetMetadata?)null);
        }

        await _scene.Attempt.RunAsync(_reference, CancellationToken.None);

        var span = await spans.FindAsync("upload image", "characterrefs.image.id", _reference.Id.ToString());
        Assert.That((span.GetTagItem("outcome"), span.GetTagItem("error.type")), Is.EqualTo((outcome, error)));
    }

    [Test]
    public async Task RunAsync_WhenTheCopyDoesNotMatch_KeepsTheUploadPending([Values("length", "hash", "absent", "no hash")] string what)
    {
        _scene.Store.FindAsync(default!, default).ReturnsForAnyArgs(what switch
        {
            "length" => Metadata(_reference.SizeBytes + 1, _reference.Sha256),
            "hash" => Metadata(_reference.SizeBytes, ContentHash.FromDigest(new byte[32])),
            "no hash" => Metadata(_reference.SizeBytes, null),
            _ => null,
        });

        var (copy, outcome, _) = await _scene.Attempt.RunAsync(_reference, CancellationToken.None);

        Assert.That((copy.State, copy.Attempts, outcome), Is.EqualTo((RemoteCopyState.Pending, 1, default(SaveOutcome?))));
        Assert.That(copy.LastError, Does.Contain("length and hash"));
    }

    [Test]
    public async Task RunAsync_WhenAnotherProgramStoredTheBytesWithoutAHash_RecordsThemAsPersisted()
    {
        _scene.Store.SaveAsync(default!, default!, default).ReturnsForAnyArgs(SaveOutcome.AlreadyStored);
        _scene.Store.FindAsync(default!, default).ReturnsForAnyArgs(Metadata(_reference.SizeBytes, null));

        var (copy, outcome, _) = await _scene.Attempt.RunAsync(_reference, CancellationToken.None);

        Assert.That((copy.State, outcome), Is.EqualTo((RemoteCopyState.Persisted, (SaveOutcome?)SaveOutcome.AlreadyStored)));
    }

    [TestCase(AssetStoreFault.Unreachable, ErrorKind.StorageUnavailable)]
    [TestCase(AssetStoreFault.NoCredentials, ErrorKind.ConfigurationError)]
    public async Task RunAsync_WhenTheStoreIsUnavailable_RecordsTheCauseAndTheNextAttempt(AssetStoreFault fault, ErrorKind kind)
    {
        _scene.Store.SaveAsync(default!, default!, default).ThrowsAsyncForAnyArgs(new AssetStoreUnavailableException("No route.", fault));

        var (copy, _, error) = await _scene.Attempt.RunAsync(_reference, CancellationToken.None);

        Assert.That(copy.LastError, Is.EqualTo("No route."));
        Assert.That(error?.Kind, Is.EqualTo(kind));
        Assert.That(copy.NextAttemptAt, Is.GreaterThan(_scene.Clock.GetUtcNow()));
    }

    [Test]
    public async Task RunAsync_WhenAnInternalErrorOccurs_RecordsIt()
    {
        _scene.Store.SaveAsync(default!, default!, default).ThrowsAsyncForAnyArgs(new InvalidOperationException("inner words"));

        var (copy, outcome, _) = await _scene.Attempt.RunAsync(_reference, CancellationToken.None);

        Assert.That((copy.State, copy.Attempts, outcome), Is.EqualTo((RemoteCopyState.Pending, 1, default(SaveOutcome?))));
        Assert.That(copy.LastError, Does.Contain("log").And.Not.Contain("inner words"));
        await _scene.Queue.Received(1).RecordFailedAsync(_reference.Id, _reference.RemoteCopy!, copy, CancellationToken.None);
    }

    [Test]
    public async Task RunAsync_WhenOtherBytesExistAtTheKey_NeverOverwrites()
    {
        _scene.Store.SaveAsync(default!, default!, default).ReturnsForAnyArgs(SaveOutcome.Conflict);

        var (copy, outcome, error) = await _scene.Attempt.RunAsync(_reference, CancellationToken.None);

        Assert.That((copy.State, outcome, error?.Kind), Is.EqualTo((RemoteCopyState.Pending, default(SaveOutcome?), (ErrorKind?)ErrorKind.Conflict)));
        Assert.That(copy.LastError, Does.Contain("Other bytes"));
    }

    [Test]
    public async Task RunAsync_WhenTheImageWasDeletedMeanwhile_RemovesItsCopy()
    {
        _scene.Queue.RecordAsync(default, default, default!, default).ReturnsForAnyArgs(false);

        await _scene.Attempt.RunAsync(_reference, CancellationToken.None);

        await _scene.Store.Received(1).DeleteAsync(_reference.RemoteCopy!.Key, Arg.Any<CancellationToken>());
    }

    private AssetMetadata Metadata(long length, ContentHash? hash) => new(_reference.RemoteCopy!.Key, length, "image/png", hash, AReference.Time);
}
