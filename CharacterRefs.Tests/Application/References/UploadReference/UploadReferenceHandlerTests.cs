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
        }));
        Assert.That(stored.Path, Is.EqualTo($"data/{stored.Reference.Id}.jpg"));
        Assert.That(stored.File, Is.Not.Null);
        Assert.That(_scene.Staged.Single().Disposals, Is.EqualTo(1));
    }

    [Test]
    public async Task HandleAsync_WhenTheCallerMayLeave_WritesTheRowWithoutTheirToken()
    {
        using var caller = new CancellationTokenSource();

        await _scene.Upload.HandleAsync(new UploadReferenceCommand(Stream.Null, null), caller.Token);

        await _scene.Files.ReceivedWithAnyArgs(1).StageAsync(default!, default, default);
        await _scene.Files.Received(1).StageAsync(Stream.Null, UploadReferenceCommand.MaxBytes, caller.Token);
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
    public async Task HandleAsync_WhenTheGateRefuses_SaysWhyAndDropsTheBytes()
    {
        var refusal = Error.Invalid("file", "The image has two frames.");
        _scene.Inspector.InspectAsync(default!, default).ReturnsForAnyArgs(refusal);

        var result = await HandleAsync();

        Assert.That(result.Error, Is.SameAs(refusal));
        Assert.That(_scene.Journal, Is.Empty);
        Assert.That(_scene.Staged.Single().Disposals, Is.EqualTo(1));
    }

    [Test]
    public void HandleAsync_WhenInspectionThrows_DropsTheBytes()
    {
        var fault = new OperationCanceledException();
        _scene.Inspector.InspectAsync(default!, default).ThrowsAsyncForAnyArgs(fault);

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
    public void HandleAsync_WhenTheRowIsRefused_ThrowsAndLeavesTheFileForTheNextStart()
    {
        var fault = new InvalidOperationException("The catalog is locked.");
        _scene.Catalog.Configure().AddAsync(default!, default).ThrowsAsyncForAnyArgs(fault);

        Assert.That(HandleAsync, Throws.Exception.SameAs(fault));
        _scene.Files.DidNotReceiveWithAnyArgs().Delete(default, default!);
        Assert.That(_scene.Staged.Single().Disposals, Is.EqualTo(1));
    }

    private Task<Result<LocatedReference>> HandleAsync() =>
        _scene.Upload.HandleAsync(new UploadReferenceCommand(new MemoryStream([1]), "knight.png"), CancellationToken.None);
}
