using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using NSubstitute;

namespace CharacterRefs.Tests.Application.References.Cache;

[Category("Unit")]
internal sealed class LocalFileCheckTests
{
    private readonly ReferenceScene _scene = new();

    [Test]
    public async Task RunAsync_WhenFilesAreDamaged_FindsEachWithinOnePeriodAlthoughItWasVerifiedBefore()
    {
        var images = Enumerable.Range(0, 25).Select(_ => AReference.Uploaded()).ToList();
        _scene.Catalog.FindManyAsync(default!, default).ReturnsForAnyArgs(images.ToDictionary(image => image.Id));
        _scene.Files.List().Returns(images.Select(image => new PublishedFile(image.Id, image.Format, AReference.FileOf(image))));
        foreach (var image in images)
        {
            await _scene.Copies.FindAsync(image, default);
        }

        _scene.Files.HashAsync(default!, default).ReturnsForAnyArgs(ContentHash.FromDigest(new byte[32]));
        await _scene.LocalFileCheck.RunAsync(default);
        Assert.That(_scene.Integrity.Damaged, Has.Count.EqualTo(10), "paced");
        await _scene.LocalFileCheck.RunAsync(default);
        await _scene.LocalFileCheck.RunAsync(default);

        Assert.That(_scene.Integrity.Damaged, Is.EquivalentTo(images.Select(image => image.Id)));
        _scene.Files.ClearReceivedCalls();
        await _scene.LocalFileCheck.RunAsync(default);
        _scene.Files.DidNotReceive().List();
        _scene.Clock.Advance(_scene.Storage.CopyCheckPeriod);
        await _scene.LocalFileCheck.RunAsync(default);
        _scene.Files.Received(1).List();
    }
}
