using System.Globalization;
using Amazon;
using CharacterRefs.Infrastructure.Storage.Presigning;
using CharacterRefs.Infrastructure.Storage.S3.Presigning;
using Microsoft.Extensions.Time.Testing;

namespace CharacterRefs.Tests.Infrastructure.Storage.S3;

/// <summary>
/// Our URLs compared with AWSSDK's for the same input. The SDK accepts no signing time but has a clock correction, which is one for the whole process;
/// so nothing else runs meanwhile, and the signing time is read from its URL.
/// </summary>
[NonParallelizable]
[Category("Unit")]
internal sealed class AgainstAwsSdkTests
{
    private const int Cases = 2500;
    private const string SignatureName = "X-Amz-Signature=";

    [TearDown]
    public void TearDown() => AWSConfigs.ManualClockCorrection = null;

    [TestCase(1)]
    [TestCase(2)]
    public void Sign_ForGeneratedInput_EqualsTheSdk(int seed)
    {
        var random = new Random(seed);
        var signer = new SigV4QuerySigner(new PresigningOptions(), new FakeTimeProvider());
        var dates = new HashSet<DateTimeOffset>();
        for (var i = 0; i < Cases; i++)
        {
            var it = GeneratedCase.Generate(random);

            var theirs = SignBySdk(it);

            var at = new SigningWindow(
                DateTimeOffset.ParseExact(Value(theirs, "X-Amz-Date"), "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
                int.Parse(Value(theirs, "X-Amz-Expires"), CultureInfo.InvariantCulture));
            var ours = signer.Sign(it.Target, it.Key, at, it.Overrides);
            Assert.That(ours, Is.EqualTo(InOrder(theirs)), $"seed {seed}, case {i}: {it}");
            Assert.That(at.LifeSeconds, Is.EqualTo(it.Seconds).Within(1));
            dates.Add(at.SignedAt);
        }

        Assert.That(dates, Has.Count.GreaterThan(Cases - 10), "the SDK used the corrected clock");
    }

    private static string SignBySdk(GeneratedCase it)
    {
        AWSConfigs.ManualClockCorrection = it.Now - TimeProvider.System.GetUtcNow();
        using var client = SdkPresigner.Client(it.Target);
        return client.GetPreSignedURL(SdkPresigner.Request(it.Target, it.Key, it.Now.AddSeconds(it.Seconds), it.Overrides));
    }

    // The SDK writes its parameters in the order of their creation, we in the order of the canonical request. The signature does not cover the order.
    private static string InOrder(string url)
    {
        var (path, query) = (url[..url.IndexOf('?', StringComparison.Ordinal)], url[(url.IndexOf('?', StringComparison.Ordinal) + 1)..].Split('&'));
        return path + "?" + string.Join('&', query
            .OrderBy(parameter => parameter.StartsWith(SignatureName, StringComparison.Ordinal))
            .ThenBy(parameter => parameter, StringComparer.Ordinal));
    }

    private static string Value(string url, string name) => url[(url.IndexOf('?', StringComparison.Ordinal) + 1)..]
        .Split('&')
        .Single(parameter => parameter.StartsWith(name + "=", StringComparison.Ordinal))[(name.Length + 1)..];
}
