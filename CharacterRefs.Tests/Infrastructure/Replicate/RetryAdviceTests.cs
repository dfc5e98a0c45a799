using System.Net;
using System.Text;
using CharacterRefs.Infrastructure.Replicate;

namespace CharacterRefs.Tests.Infrastructure.Replicate;

[Category("Unit")]
public sealed class RetryAdviceTests
{
    private static readonly DateTimeOffset s_now = new(2026, 10, 4, 8, 0, 0, TimeSpan.Zero);

    [TestCase(429, "7", """{"retry_after":3}""", 7)]
    [TestCase(429, "Sun, 04 Oct 2026 08:00:30 GMT", "", 30)]
    [TestCase(429, "Sun, 04 Oct 2026 07:00:00 GMT", "", 0)]
    [TestCase(429, null, """{"detail":"resets in ~30s.","retry_after":3}""", 3)]
    [TestCase(429, null, """{"detail":"x","retry_after":"4"}""", 4)]
    [TestCase(429, null, """{"detail":"Your rate limit resets in ~30s."}""", 30)]
    [TestCase(429, null, """{"detail":"Expected available in 1 second."}""", 1)]
    [TestCase(429, null, "<html>", 10)]
    [TestCase(429, null, "", 10)]
    [TestCase(429, "86400", "", 120)]
    [TestCase(429, null, """{"retry_after":-5}""", 10)]
    [TestCase(503, "5", "", 5)]
    public void Read_WhenReplicateRejects_FindsThePause(int status, string? header, string body, int seconds) =>
        Assert.That(Read(status, header, body), Is.EqualTo(TimeSpan.FromSeconds(seconds)));

    [TestCase(503, null)]
    [TestCase(200, "5")]
    public void Read_WhenNoPauseApplies_ReturnsNone(int status, string? header) => Assert.That(Read(status, header, ""), Is.Null);

    private static TimeSpan? Read(int status, string? header, string body)
    {
        using var response = new HttpResponseMessage((HttpStatusCode)status);
        if (header is not null)
        {
            response.Headers.TryAddWithoutValidation("Retry-After", header);
        }

        return RetryAdvice.Read(response, Encoding.UTF8.GetBytes(body), s_now);
    }
}
