using System.Security.Cryptography;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Doubles;
using CharacterRefs.Tests.Support.Scenes;
using NSubstitute;

namespace CharacterRefs.Tests.Application.Jobs.DissociateReference;

[Category("Integration")]
internal sealed class DissociateReferenceHandlerTests
{
    private readonly SetScene _scene = new(concurrency: 1);
    private readonly CharacterReference _reference;
    private readonly string _path;

    public DissociateReferenceHandlerTests()
    {
        var uploaded = AReference.Uploaded();
        _path = $"character_reference/{uploaded.Id}.{uploaded.Format.Extension}";
        var bytes = SetScene.Bytes(_path);
        _reference = uploaded with { SizeBytes = bytes.Length, Sha256 = ContentHash.FromDigest(SHA256.HashData(bytes)) };
        _scene.Catalog.ListReferencesAsync(default, default).ReturnsForAnyArgs([_reference]);
    }

    [TearDown]
    public void TearDown() => _scene.Dispose();

    [Test]
    public async Task Dissociate_WhenTheJobUsesIt_RemovesItFromManifestStoreWorkspaceAndCatalog()
    {
        await _scene.CommitAsync(_path, "final/movie.mp4");
        _scene.Workspace.Write(_path, SetScene.Bytes(_path));

        var result = await DissociateAsync();

        Assert.That(result.Value, Is.EqualTo(_reference));
        Assert.That((await _scene.ManifestAsync())!.Files.Select(file => file.Path.Value), Is.EqualTo(["final/movie.mp4"]));
        await _scene.AssertTidyAsync();
        Assert.That(_scene.Workspace.Contents(), Is.Empty);
        await _scene.Catalog.Received(1).DissociateAsync(AJobAsset.Job, _reference.Id, Arg.Any<CancellationToken>());
    }

    [Test]
    public async Task Dissociate_WhenTheSetHasOtherBytesOfThatName_KeepsThem()
    {
        var manifest = await _scene.CommitAsync(_path);
        var other = "of the pipeline"u8.ToArray();
        await _scene.Store.ReplaceAsync(manifest.Files[0].Key, AssetContent.FromBytes(other, "image/png"), default);
        await _scene.Manifests.WriteAsync(manifest with { Files = [AJobSet.Asset(_path, other)] }, default);
        _scene.Workspace.Write(_path, other);

        Assert.That((await DissociateAsync()).Error, Is.Null);

        Assert.That(await _scene.TextAsync(manifest.Files[0].Key), Is.EqualTo("of the pipeline"));
        Assert.That((await _scene.ManifestAsync())!.Files, Has.Count.EqualTo(1));
        Assert.That(_scene.Workspace.Contents()[_path], Is.EqualTo(other));
        await _scene.Catalog.ReceivedWithAnyArgs(1).DissociateAsync(default, default, default);
    }

    [Test]
    public async Task Dissociate_WithoutAManifest_DeletesTheCopy()
    {
        await _scene.StoreAsync(_path);

        Assert.That((await DissociateAsync()).Error, Is.Null);

        Assert.That(await _scene.Sets.FindAsync(AJobAsset.Job, default), Has.Property("Value").Null);
    }

    [Test]
    public async Task Dissociate_WhenTheJobDoesNotUseIt_ReturnsNotFoundAndCallsNoStore()
    {
        _scene.Catalog.ListReferencesAsync(default, default).ReturnsForAnyArgs([]);

        Assert.That((await DissociateAsync()).Error?.Kind, Is.EqualTo(ErrorKind.NotFound));
        Assert.That(_scene.Store.Calls, Is.Empty);
    }

    [Test]
    public async Task Dissociate_WhenTheProcessDiesAtAnyCall_KeepsTheAssociationAndTheNextOneCompletesIt()
    {
        var isComplete = false;
        for (var call = 1; !isComplete; call++)
        {
            await _scene.CommitAsync(_path, "final/movie.mp4");
            _scene.Catalog.ClearReceivedCalls();
            _scene.Store.DieAt(call);
            try
            {
                await DissociateAsync();
                isComplete = true;
            }
            catch (ProcessDiedException)
            {
                await _scene.Catalog.DidNotReceiveWithAnyArgs().DissociateAsync(default, default, default);
            }

            _scene.Store.Reset();
            Assert.That((await DissociateAsync()).Error, Is.Null, $"call {call}");
            Assert.That((await _scene.ReadSetAsync()).Keys, Is.EqualTo(["final/movie.mp4"]));
        }

        await _scene.AssertTidyAsync();
    }

    [Test]
    public async Task Dissociate_WhenTheManifestIsNotValidOrTheJobIsBusy_ReturnsConflictAndKeepsTheAssociation()
    {
        _scene.PutForeign("videos/job-1/manifest.json", "{"u8.ToArray());
        Assert.That((await DissociateAsync()).Error?.Kind, Is.EqualTo(ErrorKind.Conflict));

        await _scene.HoldLeaseAsync();
        Assert.That((await DissociateAsync()).Error?.RetryAfter, Is.GreaterThan(TimeSpan.Zero));
        await _scene.Catalog.DidNotReceiveWithAnyArgs().DissociateAsync(default, default, default);
    }

    private Task<Result<CharacterReference>> DissociateAsync() => _scene.Dissociate.HandleAsync(AJobAsset.Job, _reference.Id, default);
}
