using System.Diagnostics.Metrics;
using System.Net;
using CharacterRefs.Api.Configuration;
using CharacterRefs.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CharacterRefs.Tests.Api.Http;

[Category("Api")]
internal sealed class ApiKeyTests
{
    private const string Path = "/api/mv/character_references";
    private const string HashOfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private const string HashOfKey = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"; // "secret"

    [TestCase(" ")]
    [TestCase("hash:" + HashOfNothing)]
    [TestCase("sesame,hash:" + HashOfNothing)]
    [TestCase("HASH:" + HashOfKey)]
    [TestCase("Hash:" + HashOfKey)]
    [TestCase("hash:")]
    [TestCase("hash:secret")]
    [TestCase("\" \"")]
    [TestCase("'sesame'")]
    [TestCase("open sesame")]
    [TestCase("schlüssel")]
    [TestCase(",")]
    public void Start_WhenAKeyIsNotWhatWasMeant_IsRejectedWithoutShowingIt(string value)
    {
        var settings = TestSettings.Of(("API_KEY", value));

        ApiOptions.Read(settings);

        var problem = settings.Problems().Single();
        Assert.That(problem, Does.StartWith("API_KEY is set to").And.Contain("hash:"));
        Assert.That(problem, Does.Not.Contain("esame").And.Not.Contain(HashOfKey));
    }

    [TestCase("secret", HttpStatusCode.OK)]
    [TestCase("", HttpStatusCode.Unauthorized)]
    [TestCase(null, HttpStatusCode.Unauthorized)]
    [TestCase(HashOfKey, HttpStatusCode.Unauthorized)]
    public async Task Request_WhenAHashIsConfigured_NeedsItsKey(string? key, HttpStatusCode status)
    {
        using var api = new ApiFactory(settings: ("API_KEY", "hash:" + HashOfKey));

        using var response = await SendAsync(api.CreateClient(), key);

        response.AssertStatus(status);
        if (status is HttpStatusCode.Unauthorized)
        {
            Assert.That(response.Headers.WwwAuthenticate.ToString(), Is.EqualTo("ApiKey realm=\"CharacterRefs\", header=\"X-API-Key\""));
        }
    }

    [Test]
    public async Task Request_WhenTheKeyIsSentTwice_IsUnauthorized()
    {
        using var api = new ApiFactory(settings: ("API_KEY", "secret"));

        using var response = await api.CreateClient().GetAsync(Path, headers => headers.Add("X-API-Key", ["secret", "secret"]));

        response.AssertStatus(HttpStatusCode.Unauthorized);
    }

    [Test]
    public async Task Request_WhenManyKeysWereWrong_WaitsWhileValidKeysDoNot()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var api = new ApiFactory(settings: ("API_KEY", "secret")) { Clock = clock };
        using var client = api.CreateClient();
        using var counted = new CountedRequests(api.Services.GetRequiredService<IMeterFactory>());
        for (var i = 0; i < 10; i++)
        {
            (await SendAsync(client, "guess-0815")).AssertStatus(HttpStatusCode.Unauthorized);
        }

        // Each is slower than the one before. The clock stands still, so none of them ends.
        var slow = Enumerable.Range(0, 3).Select(_ => SendAsync(client, "guess-0815")).ToList();
        await Condition.UntilAsync(() => counted.Count >= 13);

        using var valid = await SendAsync(client, "secret");
        using var absent = await SendAsync(client, null);

        valid.AssertStatus(HttpStatusCode.OK);
        absent.AssertStatus(HttpStatusCode.Unauthorized);
        Assert.That(slow.Select(request => request.IsCompleted), Is.All.False);
        Assert.That(await UntilAsync(clock, slow), Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(3)));
        Assert.That(counted.Count, Is.EqualTo(13), "an absent key is no wrong key");
        Assert.That(api.Log.Lines, Has.Some.Contains("with a wrong API key").And.None.Contains("guess-0815").And.None.Contains("secret"));
    }

    [Test]
    public async Task Request_WhenMoreWrongKeysComeThanMayWait_IsRejectedAtOnceAndItsConnectionClosed()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var api = new ApiFactory(settings: ("API_KEY", "secret")) { Clock = clock };
        using var client = api.CreateClient();

        var flood = Enumerable.Range(0, 200).Select(_ => SendAsync(client, "guess")).ToList();
        await Condition.UntilAsync(() => flood.Count(request => request.IsCompleted) >= 100);

        using var valid = await SendAsync(client, "secret");
        valid.AssertStatus(HttpStatusCode.OK);
        Assert.That(flood.Count(request => !request.IsCompleted), Is.LessThanOrEqualTo(100));
        var rejected = await Task.WhenAll(flood.Where(request => request.IsCompleted));
        Assert.That(rejected.Select(response => response.Headers.ConnectionClose), Has.Some.True);
        await UntilAsync(clock, flood);
        Assert.That(
            api.Log.Lines.Count(line => line.Contains("wrong API key", StringComparison.Ordinal)), Is.LessThan(30), "an attack does not fill the log");
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, string? key) => client.GetAsync(Path, headers =>
    {
        if (key is not null)
        {
            headers.TryAddWithoutValidation("X-API-Key", key);
        }
    });

    /// <returns>How far the clock had to go until all had a response.</returns>
    private static async Task<TimeSpan> UntilAsync(FakeTimeProvider clock, List<Task<HttpResponseMessage>> requests)
    {
        var start = clock.GetUtcNow();
        var all = Task.WhenAll(requests);
        await Condition.AdvanceUntilAsync(clock, all);

        Assert.That((await all).Select(response => response.StatusCode), Is.All.EqualTo(HttpStatusCode.Unauthorized));
        return clock.GetUtcNow() - start;
    }

    /// <summary>The counter of rejected keys.</summary>
    private sealed class CountedRequests : IDisposable
    {
        private readonly MeterListener _listener = new();
        private long _count;

        public CountedRequests(IMeterFactory meters)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name is "characterrefs.rejected_keys" && instrument.Meter.Scope == meters)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref _count, value));
            _listener.Start();
        }

        public long Count => Interlocked.Read(ref _count);

        public void Dispose() => _listener.Dispose();
    }
}
