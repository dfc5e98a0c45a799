using System.Diagnostics;
using CharacterRefs.Infrastructure.Storage.Presigning;
using CharacterRefs.Infrastructure.Storage.S3.Presigning;
using CharacterRefs.Tests.Infrastructure.Storage.S3;

namespace CharacterRefs.Tests.Benchmarks;

/// <summary>
/// Presigned URLs by our signer, AWSSDK's and boto3's, in turns, so that all meet the same noise. Run it by <c>eng/bench-storage</c>; it measures and
/// asserts no time.
/// </summary>
[Explicit("a benchmark; run it by eng/bench-storage presign")]
[Category("Benchmark")]
[NonParallelizable]
internal sealed class UrlSigning
{
    private const string Key = "character_references/0198c0de-0000-7000-8000-00000000abcd.png";
    private static readonly PresignTarget s_target = SigningExamples.PathStyle;

    [TestCase(100, 31)]
    [TestCase(10_000, 7)]
    public void Sign(int urls, int rounds)
    {
        var signer = new SigV4QuerySigner(new PresigningOptions(), TimeProvider.System);
        using var sdk = SdkPresigner.Client(s_target);
        using var boto3 = new PresignByBoto3(
            s_target.Endpoint.AbsoluteUri, s_target.Region, s_target.AccessKeyId, s_target.SecretAccessKey.Reveal(), s_target.Bucket, Key);
        string BySdk() =>
            sdk.GetPreSignedURL(SdkPresigner.Request(s_target, Key, TimeProvider.System.GetUtcNow().AddHours(1), overrides: null));
        string ByUs() => signer.Sign(s_target, Key, TimeSpan.FromHours(1)).Url;

        Repeat(100_000, ByUs);
        Repeat(20_000, BySdk);
        var path = new Uri(ByUs()).GetLeftPart(UriPartial.Path);
        Assert.That(new Uri(BySdk()).GetLeftPart(UriPartial.Path), Is.EqualTo(path));
        Assert.That(new Uri(boto3.Sign(200).Url).GetLeftPart(UriPartial.Path), Is.EqualTo(path));
        var ours = new List<Measured>();
        var theirs = new List<Measured>();
        var python = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            ours.Add(Repeat(urls, ByUs));
            theirs.Add(Repeat(urls, BySdk));
            python.Add(boto3.Sign(urls).Time.TotalMicroseconds / urls);
        }

        TestContext.Progress.WriteLine(string.Create(
            null,
            $"{urls} URLs, {rounds} rounds, medians per URL: ours {Medians.Of(ours.Select(it => it.Microseconds)):0.00} us and " +
            $"{Medians.Of(ours.Select(it => it.Bytes)):0} bytes, AWSSDK {Medians.Of(theirs.Select(it => it.Microseconds)):0.0} us and " +
            $"{Medians.Of(theirs.Select(it => it.Bytes)):0} bytes, boto3 {Medians.Of(python):0.0} us"));
        TestContext.Progress.WriteLine(string.Create(
            null,
            $"{urls} URLs, medians of the rounds' ratios per URL: AWSSDK / ours " +
            $"{Medians.Of(theirs.Zip(ours, (their, our) => their.Microseconds / our.Microseconds)):0.0}, boto3 / ours " +
            $"{Medians.Of(python.Zip(ours, (their, our) => their / our.Microseconds)):0.0}"));
    }

    private static Measured Repeat(int urls, Func<string> sign)
    {
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < urls; i++)
        {
            sign();
        }

        return new Measured(Stopwatch.GetElapsedTime(started).TotalMicroseconds / urls, (GC.GetAllocatedBytesForCurrentThread() - bytes) / (double)urls);
    }

    private readonly record struct Measured(double Microseconds, double Bytes);
}
