using CharacterRefs.Application.Configuration;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Infrastructure.Storage.Presigning;
using CharacterRefs.Infrastructure.Storage.S3.Presigning;
using Microsoft.Extensions.Time.Testing;

namespace CharacterRefs.Tests.Infrastructure.Storage.S3;

[Category("Unit")]
internal sealed class SigV4QuerySignerTests
{
    private const string Key = "character_references/0198c0de-0000-7000-8000-00000000abcd.png";

    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    private static readonly PresignTarget s_target = SigningExamples.PathStyle;

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 22, 12, 7, 30, TimeSpan.Zero));

    [Test]
    public void Sign_ForTheExampleOfAws_ReturnsItsSignature()
    {
        var at = new SigningWindow(new DateTimeOffset(2013, 5, 24, 0, 0, 0, TimeSpan.Zero), 86_400);

        var url = Signer().Sign(SigningExamples.Example, "test.txt", at, overrides: null);

        Assert.That(url, Is.EqualTo(
            "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
            + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400"
            + "&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"));
    }

    [Test]
    public void Sign_WithinAWindow_ReturnsOneUrlFromAllInstances()
    {
        var first = Sign(Signer());
        var other = Signer();

        _clock.Advance(TimeSpan.FromSeconds(449));

        Assert.That(Sign(other), Is.EqualTo(first));
        Assert.That(Sign(Signer()), Is.EqualTo(first));
        Assert.That(first.Url, Does.Contain("X-Amz-Date=20261122T120000Z&X-Amz-Expires=4500&"));
        Assert.That(first.ExpiresAt, Is.EqualTo(new DateTimeOffset(2026, 11, 22, 13, 15, 0, TimeSpan.Zero)));
    }

    [Test]
    public void Sign_WhenTheWindowEnds_ReturnsTheNextUrl()
    {
        var signer = Signer();
        var first = Sign(signer);

        _clock.Advance(TimeSpan.FromSeconds(450));
        var next = Sign(signer);

        Assert.That(next.Url, Is.Not.EqualTo(first.Url));
        Assert.That(next.ExpiresAt - first.ExpiresAt, Is.EqualTo(TimeSpan.FromSeconds(900)));
    }

    [Test]
    public void Sign_WhenTheDayEnds_SignsWithTheKeyOfTheNext()
    {
        var signer = Signer();
        _clock.SetUtcNow(new DateTimeOffset(2026, 12, 31, 23, 59, 59, TimeSpan.Zero));
        Assert.That(Sign(signer).Url, Does.Contain("%2F20261231%2F").And.Contain("X-Amz-Date=20261231T234500Z"));

        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.That(Sign(signer).Url, Does.Contain("%2F20270101%2F").And.Contain("X-Amz-Date=20270101T000000Z"));
        Assert.That(Sign(signer), Is.EqualTo(Sign(Signer())));
    }

    [Test]
    public void Sign_WhenCredentialsOrTargetChange_UsesTheNewOnes()
    {
        PresignTarget[] targets =
        [
            s_target,
            s_target with { SecretAccessKey = new Secret("another") },
            s_target with { Region = "eu-2" },
            s_target with { SessionToken = new Secret("token") },
            s_target with { SessionToken = new Secret("token/2") },
            s_target with { AccessKeyId = "AKIAOTHER" },
            s_target with { Bucket = "other" },
            s_target with { Endpoint = new Uri("http://localhost:7481") },
        ];
        var signer = Signer();

        var urls = targets.Concat(targets).Select(target => Sign(signer, target).Url).ToList();

        Assert.That(urls, Is.EqualTo(targets.Concat(targets).Select(target => Sign(Signer(), target).Url)));
        Assert.That(urls.Select(url => url[^64..]).Distinct().Count(), Is.EqualTo(targets.Length), "all of it is signed");
    }

    [TestCase(1, 901)]
    [TestCase(604_800 - 900, 604_800)]
    [TestCase(604_799, 604_800)]
    [TestCase(604_800, 604_800)]
    public void Sign_WhenTheLifetimeIsAtABound_NeverExceedsSevenDays(int seconds, int expected)
    {
        var url = Signer().Sign(s_target, Key, TimeSpan.FromSeconds(seconds));

        Assert.That(url.Url, Does.Contain($"&X-Amz-Expires={expected}&"));
        Assert.That(url.ExpiresAt, Is.GreaterThanOrEqualTo(_clock.GetUtcNow().AddSeconds(seconds)));
    }

    [TestCase(0)]
    [TestCase(604_801)]
    public void Sign_WhenTheLifetimeIsOutOfBounds_Throws(int seconds) =>
        Assert.That(() => Signer().Sign(s_target, Key, TimeSpan.FromSeconds(seconds)), Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public void Sign_WhenTheKeyIsNotUnicode_Throws() =>
        Assert.That(() => Signer().Sign(s_target, "a\ud83d.png", s_hour), Throws.ArgumentException);

    [Test]
    public void Sign_FromEightThreadsForSeveralTargets_ReturnsTheSameUrls()
    {
        PresignTarget[] targets = [s_target, SigningExamples.Example, s_target with { Region = "eu-2" }];
        var windows = Enumerable.Range(0, 40).Select(i => SigningWindow.At(_clock.GetUtcNow().AddHours(i), s_hour, s_hour)).ToList();
        var cases = Enumerable.Range(0, 4000)
            .Select(i => (Target: targets[i % targets.Length], Window: windows[i / 7 % windows.Count], Key: $"{i}/é {i % 10}.png"))
            .ToList();
        var expected = cases.Select(it => Signer().Sign(it.Target, it.Key, it.Window, overrides: null)).ToList();
        var signer = Signer();
        var actual = new string[8][];

        using var together = new Barrier(actual.Length);
        var threads = Enumerable.Range(0, actual.Length).Select(number => new Thread(() =>
        {
            together.SignalAndWait();
            actual[number] = cases.Select(it => signer.Sign(it.Target, it.Key, it.Window, overrides: null)).ToArray();
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.That(actual, Is.All.EqualTo(expected));
    }

    [Test]
    public void Sign_WhenTheWindowLasts_AllocatesLittleMoreThanTheUrl()
    {
        const int Urls = 1000;
        var signer = Signer();
        Sign(signer);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Urls; i++)
        {
            Sign(signer);
        }

        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / Urls;
        Assert.That(each, Is.LessThan(1000), "the URL of 330 characters takes 680");
    }

    [Test]
    public void ToString_WhenThereAreSecrets_MasksThemAndTheUrl()
    {
        var url = Sign(Signer());

        Assert.That(url.ToString(), Is.EqualTo("*** until 2026-11-22T13:15:00Z"));
        Assert.That(
            (s_target with { SessionToken = new Secret("the-token") }).ToString(),
            Does.Not.Contain("the-token").And.Not.Contain(s_target.SecretAccessKey.Reveal()));
    }

    private static PresignedUrl Sign(SigV4QuerySigner signer, PresignTarget? target = null) =>
        signer.Sign(target ?? s_target, Key, s_hour);

    private SigV4QuerySigner Signer() => new(new PresigningOptions(), _clock);
}
