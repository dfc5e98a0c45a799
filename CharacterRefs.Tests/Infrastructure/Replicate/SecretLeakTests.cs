using CharacterRefs.Tests.Support.Replicate;

namespace CharacterRefs.Tests.Infrastructure.Replicate;

[Category("Integration")]
public sealed class SecretLeakTests
{
    [Test]
    public async Task GenerateAsync_WhenAnythingHappens_NeverShowsTheTokenOrAnOutputUrl()
    {
        await using var harness = await ReplicateHarness.StartAsync(20);
        var echo = $"token {harness.Stub.Token} at https://replicate.delivery/xezq/secret-path/out.png?sig=secret-signature";
        harness.Stub
            .Script(p => p.Failed(echo))
            .Script(p => p.RejectsCreate(StubResponse.Invalid("input", "bad", echo)))
            .Script(p => p.RejectsCreate(StubResponse.EdgeError with { Body = echo }))
            .Script(p => p.RejectsGet(StubResponse.EdgeError).OutputsAt("https://foreign.example/secret-path?sig=secret-signature"))
            .Script(p => p.ResetsAfterAccept())
            .Script(p => p.RejectsCreate(StubResponse.LimitedByBody(1)));
        harness.Stub.Delivery.BreaksOff();

        var shown = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            shown.Add($"{(await harness.GenerateAsync()).Error}");
        }

        shown.AddRange(harness.Log.Lines);
        shown.Add(harness.Options.ToString());
        Assert.That(shown, Has.Some.Contains("created"));
        Assert.That(shown, Has.None.Contains(harness.Stub.Token));
        Assert.That(shown, Has.None.Contains("secret-signature"));
        Assert.That(shown, Has.None.Contains("secret-path"));
        Assert.That(shown, Has.None.Contains("/xezq/"));
    }
}
