using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Storage.ReadSignedAsset;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;

namespace CharacterRefs.Tests.Application.Storage.ReadSignedAsset;

[Category("Unit")]
internal sealed class ReadSignedAssetHandlerTests
{
    private static readonly AssetKey s_key = AssetKey.Parse("character_references/a.png");

    private readonly IAssetStore _store = Substitute.For<IAssetStore>();
    private readonly ISignedUrlGate _gate = Substitute.For<ISignedUrlGate>();

    [SetUp]
    public void SetUp()
    {
        _gate.Admits(s_key, "1", "s").Returns(AReference.Time);
        _store.FindAsync(s_key, Arg.Any<CancellationToken>()).Returns(new AssetMetadata(s_key, 3, "image/png", null, AReference.Time));
    }

    [Test]
    public async Task HandleAsync_WhenTheUrlIsSigned_ReturnsTheAssetUnopened()
    {
        var result = await Handler.HandleAsync(s_key.Value, "1", "s", CancellationToken.None);

        Assert.That((result.Value!.Metadata.Key, result.Value.ExpiresAt), Is.EqualTo((s_key, AReference.Time)));
        await _store.DidNotReceiveWithAnyArgs().OpenReadAsync(default!, default, default);
    }

    [TestCase("character_references/a.png", "forged")]
    [TestCase("character_references/../a.png", "s")]
    [TestCase("character_references/b.png", "s")]
    public async Task HandleAsync_WhenTheUrlIsNotSignedForThisAsset_IsNotFoundWithoutARequestToTheStore(string key, string signature)
    {
        var result = await Handler.HandleAsync(key, "1", signature, CancellationToken.None);

        Assert.That(result.Error, Is.EqualTo(ReadSignedAssetHandler.Absent));
        Assert.That(_store.ReceivedCalls(), Is.Empty);
    }

    [Test]
    public async Task HandleAsync_WhenTheAssetIsAbsent_IsTheSameNotFound()
    {
        _store.FindAsync(s_key, Arg.Any<CancellationToken>()).Returns(default(AssetMetadata));

        Assert.That((await Handler.HandleAsync(s_key.Value, "1", "s", CancellationToken.None)).Error, Is.EqualTo(ReadSignedAssetHandler.Absent));
    }

    private ReadSignedAssetHandler Handler => new(_store, _gate, NullLogger<ReadSignedAssetHandler>.Instance);
}
