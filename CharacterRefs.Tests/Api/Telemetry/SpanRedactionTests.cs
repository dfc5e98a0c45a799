using System.Diagnostics;
using CharacterRefs.Api.Telemetry;

namespace CharacterRefs.Tests.Api.Telemetry;

[Category("Unit")]
internal sealed class SpanRedactionTests
{
    [TestCase("https://bucket.s3.amazonaws.com/character_references/1.png?X-Amz-Signature=abc&X-Amz-Credential=key", "https://bucket.s3.amazonaws.com/")]
    [TestCase("http://127.0.0.1:9000/bucket/1.png", "http://127.0.0.1:9000/")]
    [TestCase("https://user:password@hooks.example.org/services/T0/secret#part", "https://hooks.example.org/")]
    [TestCase("not a url", null)]
    public void OnEnd_WhenASpanHasAUrl_LeavesSchemeAndHost(string url, string? left)
    {
        using var redaction = new SpanRedaction();
        using var span = new Activity("GET");
        span.SetTag("url.full", url).SetTag("url.query", "?query=a+knight").SetTag("url.scheme", "https");

        redaction.OnEnd(span);

        Assert.That(
            span.TagObjects.Select(tag => (tag.Key, (string?)tag.Value)),
            Is.EquivalentTo(left is null ? [("url.scheme", "https")] : (IEnumerable<(string, string?)>)[("url.full", left), ("url.scheme", "https")]));
    }
}
