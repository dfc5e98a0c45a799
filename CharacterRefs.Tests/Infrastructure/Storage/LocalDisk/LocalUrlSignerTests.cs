using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Infrastructure.Storage.LocalDisk;
using CharacterRefs.Infrastructure.Storage.Presigning;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Time.Testing;

namespace CharacterRefs.Tests.Infrastructure.Storage.LocalDisk;

[Category("Unit")]
internal sealed class LocalUrlSignerTests
{
    private const string Key = "videos/job 1/é+&?#%~(漢)'.png";

    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    private static readonly byte[] s_signingKey = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 22, 12, 7, 30, TimeSpan.Zero));

    [TestCase(Key)]
    [TestCase("a")]
    [TestCase("a//b/")]
    [TestCase("a%2Fb")]
    public void Verify_WhenTheUrlWasSignedHere_IsValid(string key)
    {
        var url = Signer().Sign(key, s_hour);

        Assert.That(url.Url, Does.StartWith("/api/mv/storage/"));
        Assert.That(KeyIn(url), Is.EqualTo(key));
        Assert.That(Verify(url), Is.EqualTo(url.ExpiresAt));
    }

    [Test]
    public void Sign_WithinAWindow_ReturnsOneUrlFromAllInstances()
    {
        var first = Signer().Sign(Key, s_hour);
        _clock.Advance(TimeSpan.FromSeconds(449));
        Assert.That(Signer().Sign(Key, s_hour), Is.EqualTo(first));

        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.That(Signer().Sign(Key, s_hour).Url, Is.Not.EqualTo(first.Url));
    }

    [TestCase(1)]
    [TestCase(3600)]
    [TestCase(604_800)]
    public void Verify_WhenTimePasses_ExpiresAtTheEndAndNotBefore(int seconds)
    {
        var url = Signer().Sign(Key, TimeSpan.FromSeconds(seconds));
        Assert.That(url.ExpiresAt, Is.GreaterThanOrEqualTo(_clock.GetUtcNow().AddSeconds(seconds)));

        _clock.SetUtcNow(url.ExpiresAt.AddMilliseconds(-1));
        Assert.That(Verify(url), Is.EqualTo(url.ExpiresAt));

        _clock.SetUtcNow(url.ExpiresAt);
        Assert.That(Verify(url), Is.Null);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Verify_WhenAnyCharacterIsChangedRemovedOrAdded_IsRejected(bool isExpired)
    {
        var (expires, signature) = Parameters(Signer().Sign(Key, s_hour));
        if (isExpired)
        {
            _clock.Advance(TimeSpan.FromDays(1));
        }

        foreach (var changed in Changes(expires))
        {
            Assert.That(Signer().Verify(Key, changed, signature), Is.Null, $"expires={changed}");
        }

        foreach (var changed in Changes(signature))
        {
            Assert.That(Signer().Verify(Key, expires, changed), Is.Null, $"signature={changed}");
        }

        foreach (var changed in Changes(Key))
        {
            Assert.That(Signer().Verify(changed, expires, signature), Is.Null, changed);
        }
    }

    [Test]
    public void Verify_WhenSignedWithAnotherKey_IsRejected()
    {
        var url = new LocalUrlSigner([.. s_signingKey.Reverse()], new PresigningOptions(), _clock).Sign(Key, s_hour);

        Assert.That(Verify(url), Is.Null);
    }

    [TestCase(null, null)]
    [TestCase("", "")]
    [TestCase("1795350000", null)]
    [TestCase(null, "00")]
    [TestCase("-1", "00")]
    [TestCase("99999999999999999999", "00")]
    [TestCase("1795350000", "é")]
    public void Verify_WhenParametersAreMalformed_IsRejected(string? expires, string? signature) =>
        Assert.That(Signer().Verify(Key, expires, signature), Is.Null);

    [Test]
    public void SignAndVerify_WhenTextIsNotUnicode_ThrowAndReject()
    {
        Assert.That(() => Signer().Sign("\ud83d", s_hour), Throws.ArgumentException);
        Assert.That(Signer().Verify(Key, "1795350000", "\ud83d"), Is.Null);
        Assert.That(Signer().Verify("\ud83d", "1795350000", "00"), Is.Null);
    }

    private static IEnumerable<string> Changes(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            yield return text[..i] + (text[i] == '1' ? '2' : '1') + text[(i + 1)..];
            yield return text.Remove(i, 1);
            yield return text.Insert(i, "0");
            if (char.IsAsciiLetter(text[i]))
            {
                yield return text[..i] + (char)(text[i] ^ ' ') + text[(i + 1)..];
            }
        }

        yield return text + "0";
        yield return text + "\0";
        yield return text + "\n";
    }

    private static string KeyIn(PresignedUrl url) =>
        Uri.UnescapeDataString(url.Url[LocalUrlSigner.Route.Length..url.Url.IndexOf('?', StringComparison.Ordinal)]);

    private static (string Expires, string Signature) Parameters(PresignedUrl url)
    {
        var query = QueryHelpers.ParseQuery(url.Url[url.Url.IndexOf('?', StringComparison.Ordinal)..]);
        return (query["expires"].ToString(), query["signature"].ToString());
    }

    private DateTimeOffset? Verify(PresignedUrl url)
    {
        var (expires, signature) = Parameters(url);
        return Signer().Verify(KeyIn(url), expires, signature);
    }

    private LocalUrlSigner Signer() => new(s_signingKey, new PresigningOptions(), _clock);
}
