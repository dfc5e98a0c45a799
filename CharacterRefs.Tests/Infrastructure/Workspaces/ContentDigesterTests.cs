using System.Security.Cryptography;
using System.Text;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Infrastructure.Workspaces;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Infrastructure.Workspaces;

[Category("Unit")]
internal sealed class ContentDigesterTests
{
    private readonly ContentDigester _digester = new();

    [Test]
    public async Task DigestAsync_WhenGivenTheKnownText_GivesTheKnownSums()
    {
        // The check value of CRC-32/ISO-HDLC.
        var digest = await _digester.DigestAsync(new MemoryStream(Encoding.ASCII.GetBytes("123456789")), CancellationToken.None);

        Assert.That(digest.Crc32, Is.EqualTo(0xCBF43926));
        Assert.That(digest.Sha256.ToString(), Is.EqualTo("15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"));
        Assert.That(digest.SizeBytes, Is.EqualTo(9));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(256 * 1024)]
    [TestCase(1_000_003)]
    public async Task DigestAsync_WhenReadsAreLate_TakesEveryByteOnceInOrder(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        using var directory = new TempDirectory();
        await using var file = File.OpenRead(directory.Write("content", content));

        var digest = await _digester.DigestAsync(file, CancellationToken.None);

        Assert.That(digest.SizeBytes, Is.EqualTo(length));
        Assert.That(digest.Sha256, Is.EqualTo(ContentHash.FromDigest(SHA256.HashData(content))));
        Assert.That(digest.Crc32, Is.EqualTo(System.IO.Hashing.Crc32.HashToUInt32(content)));
    }

    [Test]
    public void DigestAsync_WhenTheSourceFails_PassesItOn()
    {
        var failure = new IOException("The disk broke.");
        using var content = new BreakingStream(new byte[600_000], failure);

        Assert.That(async () => await _digester.DigestAsync(content, CancellationToken.None), Throws.Exception.SameAs(failure));
    }
}
