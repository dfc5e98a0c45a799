using System.Security.Cryptography;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References.Adoption;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using NSubstitute;
using NSubstitute.ExceptionExtensions;

namespace CharacterRefs.Tests.Application.References.Adoption;

/// <summary>What becomes of an object that has no row. The inspector takes everything for a JPEG of ten bytes.</summary>
[Category("Unit")]
internal sealed class ObjectAdoptionTests
{
    private static readonly DateTimeOffset s_written = AReference.Time.AddDays(-3);

    private readonly ReferenceScene _scene = new() { Storage = StorageSettings.Read(TestSettings.Of(("ADOPT_MAX_BYTES", "2000"))) };
    private readonly CharacterReferenceId _id = AReference.NewId();

    [SetUp]
    public void SetUp() => _scene.Files.Find(default, default!).ReturnsForAnyArgs(default(LocalFile));

    [TestCase("jpg", true)]
    [TestCase("jpeg", false)]
    public async Task AdoptAsync_WhenThereIsAnAcceptableObject_PublishesItThenAddsItsRow(string extension, bool hasHash)
    {
        var key = Put(extension, hasHash ? AReference.Uploaded().Sha256 : null);

        var result = await AdoptAsync();

        Assert.That(result.Value, Is.EqualTo(new CharacterReference
        {
            Id = _id,
            Origin = ReferenceOrigin.Adopted,
            Format = ImageFormat.Jpeg,
            Width = 640,
            Height = 480,
            Orientation = 1,
            SizeBytes = 10,
            Sha256 = AReference.Uploaded().Sha256,
            CreatedAt = s_written,
            RemoteCopy = new RemoteCopy { Key = key, State = RemoteCopyState.Persisted, NextAttemptAt = AReference.Time, PersistedAt = AReference.Time },
        }));
        Assert.That(_scene.Journal, Is.EqualTo([$"publish {_id}", $"add {_id}"]));
    }

    [Test]
    public async Task AdoptAsync_WhenTheObjectIsFromTheFuture_IsNotNewerThanNow()
    {
        Put("jpg", written: AReference.Time.AddHours(1));

        Assert.That((await AdoptAsync()).Value?.CreatedAt, Is.EqualTo(AReference.Time));
    }

    [Test]
    public async Task AdoptAsync_WhenTheContentHasAnotherFormatThanTheName_AdoptsItAtItsKey()
    {
        Put("png");

        var adopted = (await AdoptAsync()).Value;

        Assert.That(adopted?.Format, Is.SameAs(ImageFormat.Jpeg));
        Assert.That(adopted?.PersistedCopy?.Key.Value, Is.EqualTo($"character_references/{_id}.png"));
    }

    [TestCase("gif")]
    [TestCase("json")]
    public async Task AdoptAsync_WhenTheNameIsNoImages_LeavesItUnreadAndSaysWhy(string extension)
    {
        Put(extension);

        await AssertNotAdoptedAsync("must be an image id followed by");
        await _scene.Store.DidNotReceiveWithAnyArgs().OpenReadAsync(default!, default, default);
    }

    [Test]
    public async Task AdoptAsync_WhenTheHashIsNotThatOfItsMetadata_LeavesItAndSaysWhy()
    {
        Put("jpg", ContentHash.FromDigest(SHA256.HashData([9])));

        await AssertNotAdoptedAsync("does not match the SHA-256");
    }

    [Test]
    public async Task AdoptAsync_WhenTheGateRejectsIt_LeavesItAndSaysWhy()
    {
        Put("jpg");
        _scene.Inspector.InspectAsync(default!, default, default).ReturnsForAnyArgs(Error.Invalid("file", "It is truncated."));

        await AssertNotAdoptedAsync("It is truncated.");
    }

    [Test]
    public async Task AdoptAsync_WhenItIsTooLong_LeavesItUnreadAndSaysWhy()
    {
        Put("jpg", length: 2001);

        await AssertNotAdoptedAsync("2001", "ADOPT_MAX_BYTES");
        await _scene.Store.DidNotReceiveWithAnyArgs().OpenReadAsync(default!, default, default);
    }

    [Test]
    public async Task AdoptAsync_WhenItVanishesBeforeItIsRead_IsNotFound()
    {
        _scene.Store.OpenReadAsync(Put("jpg"), null, Arg.Any<CancellationToken>()).Returns(default(OpenAsset));

        await AssertNotAdoptedAsync("not found");
    }

    [Test]
    public async Task AdoptAsync_WhenOneOfTwoObjectsIsNoImage_TakesTheOther()
    {
        Put("gif");
        var key = Put("jpeg");

        Assert.That((await AdoptAsync()).Value?.RemoteCopy?.Key, Is.EqualTo(key));
        Assert.That(_scene.Log.Lines, Has.Some.Contain($"{_id}.gif"));
    }

    [Test]
    public async Task AdoptAsync_WhenAnotherWasFaster_GivesItsRowAndKeepsTheFileItShares()
    {
        Put("jpg");
        var theirs = AReference.Uploaded() with { Id = _id };
        _scene.Catalog.TryAddAsync(default!, default).ReturnsForAnyArgs(false);
        _scene.Catalog.FindAsync(_id, Arg.Any<CancellationToken>()).Returns(theirs);

        Assert.That((await AdoptAsync()).Value, Is.SameAs(theirs));
        Assert.That(_scene.Journal, Is.EqualTo([$"publish {_id}", $"add {_id}"]), "no file is deleted");
    }

    [Test]
    public async Task AdoptAsync_WhenTheImageWasDeletedMeanwhile_StaysDeletedAndLeavesNoFile()
    {
        Put("jpg");
        _scene.Catalog.TryAddAsync(default!, default).ReturnsForAnyArgs(false);

        Assert.That((await AdoptAsync()).Error?.Kind, Is.EqualTo(ErrorKind.NotFound));
        Assert.That(_scene.Journal, Is.EqualTo([$"publish {_id}", $"add {_id}", $"delete file {_id}"]));
    }

    [Test]
    public void AdoptAsync_WhenTheRowCannotBeWritten_LeavesNoFile()
    {
        Put("jpg");
        _scene.Catalog.TryAddAsync(default!, default).ThrowsAsyncForAnyArgs(new LocalStorageException("The disk is full."));

        Assert.That(AdoptAsync, Throws.TypeOf<LocalStorageException>());
        Assert.That(_scene.Journal, Is.EqualTo([$"publish {_id}", $"add {_id}", $"delete file {_id}"]));
    }

    [Test]
    public async Task AdoptAsync_WhenTheLocalFileIsThereWithoutARow_UsesItIfItIsTheSame([Values] bool isSame)
    {
        Put("jpg");
        _scene.Files.Find(_id, ImageFormat.Jpeg).Returns(new LocalFile("/data/left.jpg", 10, AReference.Time));
        _scene.Files.HashAsync(default!, default).ReturnsForAnyArgs(isSame ? AReference.Uploaded().Sha256 : ContentHash.FromDigest(SHA256.HashData([9])));

        Assert.That((await AdoptAsync()).Error, isSame ? Is.Null : Is.Not.Null);
        Assert.That(_scene.Journal, isSame ? Is.EqualTo([$"add {_id}"]) : Is.Empty);
        Assert.That(_scene.Log.Lines.Any(line => line.Contains("other bytes", StringComparison.Ordinal)), Is.EqualTo(!isSame));
    }

    [Test]
    public async Task AdoptAsync_WhenTheGenerationOfTheImageRuns_LeavesItToThatGeneration()
    {
        Put("jpg");
        var generation = AGeneration.Of(1) with { Slots = [AGeneration.Slot(state: GenerationSlotState.Storing, imageId: _id)] };
        _scene.Ledger.FindByImageAsync(_id, Arg.Any<CancellationToken>()).Returns(generation);

        await AssertNotAdoptedAsync("Its generation runs");
    }

    private AssetKey Put(string extension, ContentHash? sha256 = null, long length = 10, DateTimeOffset? written = null)
    {
        var key = AssetLayout.References.Append($"{_id}.{extension}");
        var metadata = new AssetMetadata(key, length, "application/octet-stream", sha256, written ?? s_written);
        _scene.Entries.Add(new AssetEntry(key, length, metadata.LastModified));
        _scene.Store.OpenReadAsync(key, null, Arg.Any<CancellationToken>()).Returns(_ => new OpenAsset(metadata, new MemoryStream(new byte[10]), length));
        return key;
    }

    private Task<Result<CharacterReference>> AdoptAsync() =>
        new ObjectAdoption(_scene.Store, _scene.Orphans, _scene.Files, _scene.Catalog, _scene.Log.Of<ObjectAdoption>()).AdoptAsync(_id, default);

    private async Task AssertNotAdoptedAsync(params string[] words)
    {
        var result = await AdoptAsync();

        Assert.That(result.Error, Is.EqualTo(new Error(ErrorKind.NotFound, $"Character reference image with ID {_id} not found")));
        Assert.That(_scene.Journal, Is.Empty);
        Assert.That(_scene.Staged.Select(staged => staged.Disposals), Is.All.GreaterThan(0));
        var line = _scene.Log.Lines.Single();
        Assert.That(line, Does.StartWith("Warning"));
        foreach (var word in words)
        {
            Assert.That(line, Does.Contain(word));
        }
    }
}
