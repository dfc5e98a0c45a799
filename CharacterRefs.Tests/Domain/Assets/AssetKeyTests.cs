using System.Text;
using CharacterRefs.Domain.Assets;
using FsCheck;
using FsCheck.Fluent;

namespace CharacterRefs.Tests.Domain.Assets;

[Category("Unit")]
internal sealed class AssetKeyTests
{
    [TestCase("a")]
    [TestCase("a/b/c.png")]
    [TestCase(".hidden/..two")]
    [TestCase("a b/?#&%+~()'.png")]
    [TestCase(".asset-stores/a")]
    [TestCase("a/.asset-store")]
    [TestCase("\U0001F3A8")]
    public void TryParse_WhenLegal_KeepsItAsItIs(string text)
    {
        Assert.That(AssetKey.TryParse(text, out var key), Is.True);
        Assert.That(key!.Value, Is.EqualTo(text));
        Assert.That(string.Join('/', key.Segments), Is.EqualTo(text));
    }

    [TestCase("")]
    [TestCase("/a")]
    [TestCase("a/")]
    [TestCase("a//b")]
    [TestCase(".")]
    [TestCase("..")]
    [TestCase("a/./b")]
    [TestCase("a/../b")]
    [TestCase("a/..")]
    [TestCase("a.")]
    [TestCase("a /b")]
    [TestCase("a.../b")]
    [TestCase("a\\b")]
    [TestCase("a\0b")]
    [TestCase("a\nb")]
    [TestCase("a\x7f")]
    [TestCase("a\u0085b")]
    [TestCase("a\ufffeb")]
    [TestCase(".asset-store/locks/00")]
    [TestCase(".Asset-Store")]
    public void TryParse_WhenSomeStoreCouldNotKeepIt_Rejects(string text)
    {
        Assert.That(AssetKey.TryParse(text, out _), Is.False);
        Assert.That(() => AssetKey.Parse(text), Throws.TypeOf<FormatException>());
    }

    [Test]
    public void TryParse_WhenASurrogateHasNoPartner_Rejects()
    {
        Assert.That(AssetKey.TryParse("a" + (char)0xD800, out _), Is.False);
        Assert.That(AssetKey.TryParse(null, out _), Is.False);
    }

    [Test]
    public void TryParse_WhenAtTheLimits_CountsBytes()
    {
        var segment = new string('\u00e4', 127) + "x";

        Assert.That(AssetKey.TryParse(segment, out _), Is.True);
        Assert.That(AssetKey.TryParse(segment + "y", out _), Is.False);
        Assert.That(AssetKey.TryParse($"{segment}/{segment}/{segment}/{segment}", out var longest), Is.True);
        Assert.That(Encoding.UTF8.GetByteCount(longest!.Value), Is.EqualTo(1023));
        Assert.That(AssetKey.TryParse($"{segment}/{segment}/{segment}/{segment}/x", out _), Is.False);
    }

    [Test]
    public void TryParse_WhenGivenAnything_AcceptsOnlyWhatStaysBelowAnyRootUnderItsOwnName()
    {
        // Pieces that matter, so that legal and nearly legal keys are common.
        var piece = Gen.Elements("a", "..", ".", "/", "//", "\\", " ", "\0", "%2e", "\u00e4", "\ud800", "\U0001F3A8", "b.png", ".asset-store", "C:", "~");
        var text = piece.ListOf().Select(string.Concat);

        Prop.ForAll(text.ToArbitrary(), candidate =>
        {
            if (!AssetKey.TryParse(candidate, out var key))
            {
                return true;
            }

            var path = Path.GetFullPath(Path.Join("/root/store", key.Value));
            return path == "/root/store/" + candidate
                && new Uri($"http://h/{string.Join('/', key.Segments.Select(Uri.EscapeDataString))}").AbsolutePath.Split('/').Length == key.Segments.Count + 1
                && AssetKey.Parse(key.Value) == key
                && AssetKeyPrefix.Of(key).Contains(AssetKeyPrefix.Of(key).Append("x"))
                && !AssetKeyPrefix.Of(key).Contains(key);
        }).QuickCheckThrowOnFailure();
    }
}
