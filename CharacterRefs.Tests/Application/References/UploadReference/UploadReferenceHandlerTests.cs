using System.Security.Cryptography;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References;
using CharacterRefs.Application.References.UploadReference;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using NSubstitute;
using NSubstitute.ExceptionExtensions;
using NSubstitute.Extensions;

namespace CharacterRefs.Tests.Application.References.UploadReference;

[Category("Unit")]
internal sealed class UploadReferenceHandlerTests
{
    private readonly ReferenceScene _scene = new();

    [Test]
    public async Task HandleAsync_WhenAccepted_PublishesThenAddsTheRow()
    {
        var result = await HandleAsync();

        var stored = result.Value!;
        Assert.That(_scene.Journal, Is.EqualTo([$"publish {stored.Reference.Id}", $"add {stored.Reference.Id}"]));
        Assert.That(stored.Reference, Is.EqualTo(new CharacterReference
        {
            Id = stored.Reference.Id,
            Origin = ReferenceOrigin.Uploaded,
            Format = ImageFormat.Jpeg,
            Width = 640,
            Height = 480,
            SizeBytes = 10,
            Sha256 = AReference.Uploaded().Sha256,
            CreatedAt = AReference.Time,
            OriginalFileName = "knight.png",
            Orientation = 1,
        }));
        Assert.That(stored.Path, Is.EqualTo($"data/{stored.Reference.Id}.jpg"));
        Assert.That(stored.File, Is.Not.Null);
        Assert.That(_scene.Staged.Single().Disposals, Is.EqualTo(1));
        Assert.That(_scene.Log.Lines, Has.One.StartsWith($"Information Received {stored.Reference.Id} as an upload: jpg, 640 x 480, 10 bytes"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task HandleAsync_WhenADuplicateIsReused_ReturnsItAndLeavesNothing(bool isKnownBefore)
    {
        var known = AReference.Uploaded();
        _scene.Catalog.FindByContentAsync(default!, default).ReturnsForAnyArgs(isKnownBefore ? known : null);
        _scene.Catalog.AddUnlessKnownAsync(default!, default).ReturnsForAnyArgs(known);

        var result = await _scene.Upload.HandleAsync(new UploadReferenceCommand(Stream.Null, null, ReusesDuplicate: true), CancellationToken.None);

        Assert.That(result.Value?.Reference, Is.SameAs(known));
        Assert.That(_scene.Journal.Count(entry => entry.StartsWith("publish", StringComparison.Ordinal)), Is.EqualTo(isKnownBefore ? 0 : 1));
        Assert.That(_scene.Journal.Count(entry => entry.StartsWith("delete", StringComparison.Ordinal)), Is.EqualTo(isKnownBefore ? 0 : 1));
        Assert.That(_scene.Staged.Single().Disposals, Is.EqualTo(1));
    }

    [Test]
    public async Task HandleAsync_WhenTheCallerMayLeave_WritesTheRowWithoutTheirToken()
    {
        using var caller = new CancellationTokenSource();

        await _scene.Upload.HandleAsync(new UploadReferenceCommand(Stream.Null, null), caller.Token);

        await _scene.Files.ReceivedWithAnyArgs(1).StageAsync(default!, default, default);
        await _scene.Files.Received(1).StageAsync(Arg.Any<Stream>(), UploadReferenceCommand.MaxBytes, caller.Token);
        await _scene.Catalog.Received(1).AddAsync(Arg.Any<CharacterReference>(), CancellationToken.None);
    }

    [Test]
    public async Task HandleAsync_WhenTooLarge_NamesTheLimit()
    {
        _scene.Files.StageAsync(default!, default, default).ReturnsForAnyArgs(default(IStagedFile));

        var result = await HandleAsync();

        Assert.That(result.Error, Is.EqualTo(Error.Invalid("file", "The file is larger than the limit of 10485760 bytes.")));
        Assert.That(_scene.Journal, Is.Empty);
    }

    [Test]
    public async Task HandleAsync_WhenTheFirstBytesAreRejected_KeepsNothingAndReadsNoFurther()
    {
        var rejection = Error.Invalid("file", "The image has two frames.");
        _scene.Inspector.RejectEarly(default).ReturnsForAnyArgs(rejection);
        using var content = new MemoryStream(new byte[UploadReferenceCommand.MaxBytes]);

        var result = await _scene.Upload.HandleAsync(new UploadReferenceCommand(content, null), CancellationToken.None);

        Assert.That(result.Error, Is.SameAs(rejection));
        Assert.That(_scene.Staged, Is.Empty);
        Assert.That(content.Position, Is.LessThanOrEqualTo(64 * 1024));
    }

    [Test]
    public async Task HandleAsync_WhenTheFirstBytesAreNotRejected_StagesAllOfThem([Values(0, 1, 65_536, 65_537, 200_000)] int length)
    {
        var bytes = RandomNumberGenerator.GetBytes(length);
        byte[]? staged = null;
        _scene.Files.StageAsync(default!, default, default).ReturnsForAnyArgs(async call =>
        {
            var content = new MemoryStream();
            await call.Arg<Stream>().CopyToAsync(content);
            staged = content.ToArray();
            return default(IStagedFile);
        });

        await _scene.Upload.HandleAsync(new UploadReferenceCommand(new MemoryStream(bytes), null), CancellationToken.None);

        Assert.That(staged, Is.EqualTo(bytes));
    }

    [Test]
    public async Task HandleAsync_WhenTheGateRejects_SaysWhyAndDropsTheBytes()
    {
        var rejection = Error.Invalid("file", "The image has two frames.");
        _scene.Inspector.InspectAsync(default!, default, default).ReturnsForAnyArgs(rejection);

        var result = await HandleAsync();

        Assert.That(result.Error, Is.SameAs(rejection));
        Assert.That(_scene.Journal, Is.Empty);
        Assert.That(_scene.Staged.Single().Disposals, Is.EqualTo(1));
    }

    [Test]
    public void HandleAsync_WhenInspectionThrows_DropsTheBytes()
    {
        var fault = new OperationCanceledException();
        _scene.Inspector.InspectAsync(default!, default, default).ThrowsAsyncForAnyArgs(fault);

        Assert.That(HandleAsync, Throws.Exception.SameAs(fault));
        Assert.That(_scene.Journal, Is.Empty);
        Assert.That(_scene.Staged.Single().Disposals, Is.EqualTo(1));
    }

    [Test]
    public void HandleAsync_WhenPublishingThrows_DropsTheBytesAndAddsNoRow()
    {
        var fault = new LocalStorageException("The disk is full.");
        _scene.Files.When(files => files.Publish(Arg.Any<IStagedFile>(), Arg.Any<CharacterReferenceId>(), Arg.Any<ImageFormat>())).Do(_ => throw fault);

        Assert.That(HandleAsync, Throws.Exception.SameAs(fault));
        Assert.That(_scene.Journal, Has.None.StartsWith("add"));
        Assert.That(_scene.Staged.Single().Disposals, Is.EqualTo(1));
    }

    [Test]
    public void HandleAsync_WhenTheRowIsRejected_ThrowsAndLeavesTheFileForTheNextStart()
    {
        var fault = new InvalidOperationException("The catalog is locked.");
        _scene.Catalog.Configure().AddAsync(default!, default).ThrowsAsyncForAnyArgs(fault);

        Assert.That(HandleAsync, Throws.Exception.SameAs(fault));
        _scene.Files.DidNotReceiveWithAnyArgs().Delete(default, default!);
        Assert.That(_scene.Staged.Single().Disposals, Is.EqualTo(1));
    }

    [Test]
    public async Task HandleAsync_WhenTheStoreComesFirst_StoresTheImageBeforeItsRow()
    {
        _scene.Storage = ReferenceScene.StoreFirst;
        _scene.LetTheStoreTakeAll();

        var reference = (await HandleAsync()).Value!.Reference;

        Assert.That(_scene.Journal, Is.EqualTo([$"publish {reference.Id}", $"store character_references/{reference.Id}.jpg", $"add {reference.Id}"]));
        Assert.That(reference.PersistedCopy, Is.Not.Null);
    }

    [Test]
    public async Task HandleAsync_WhenTheStoreComesFirstAndDoesNotTakeIt_LeavesNothing()
    {
        _scene.Storage = ReferenceScene.StoreFirst;
        _scene.Store.SaveAsync(default!, default!, default)
            .ThrowsAsyncForAnyArgs(new AssetStoreUnavailableException("It is off.", AssetStoreFault.Unreachable));

        var result = await HandleAsync();

        Assert.That(result.Error?.Kind, Is.EqualTo(ErrorKind.StorageUnavailable));
        Assert.That(_scene.Journal, Has.None.StartsWith("add").And.Exactly(1).StartsWith("delete file"));
        await _scene.Store.ReceivedWithAnyArgs(1).DeleteAsync(default!, default);
    }

    [TestCase(true, 0)]
    [TestCase(false, 1)]
    public void HandleAsync_WhenTheConnectionIsCutAtTheCommit_RemovesTheBytesOnlyOfAnImageWithoutARow(bool isAdded, int deletions)
    {
        _scene.Storage = ReferenceScene.StoreFirst;
        _scene.LetTheStoreTakeAll();
        var fault = new LocalStorageException("PostgreSQL is unreachable.");
        _scene.Catalog.Configure().AddAsync(default!, default).ThrowsAsyncForAnyArgs(fault);
        _scene.Catalog.Configure().FindAsync(default, default).ReturnsForAnyArgs(isAdded ? AReference.Uploaded() : null);

        Assert.That(HandleAsync, Throws.Exception.SameAs(fault));
        Assert.That(_scene.Journal.Count(entry => entry.StartsWith("delete file", StringComparison.Ordinal)), Is.EqualTo(deletions));
        Assert.That(_scene.Store.ReceivedCalls().Count(call => call.GetMethodInfo().Name == nameof(IAssetStore.DeleteAsync)), Is.EqualTo(deletions));
    }

    private Task<Result<LocatedReference>> HandleAsync() =>
        _scene.Upload.HandleAsync(new UploadReferenceCommand(new MemoryStream([1]), "knight.png"), CancellationToken.None);
}
