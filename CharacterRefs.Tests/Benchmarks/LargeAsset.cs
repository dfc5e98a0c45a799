using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using CharacterRefs.Api.Http;
using CharacterRefs.Application.Ports;
using CharacterRefs.Application.Storage.ReadSignedAsset;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.S3;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CharacterRefs.Tests.Benchmarks;

/// <summary>
/// Memory of a process that stores an object of 2 GiB and serves it. The process holds the whole service, on its real server, with one route more, and the test
/// framework besides; what the service has by itself is told from a process of its own. Run it by <c>eng/bench-storage</c>, alone and with the service's
/// garbage collector; it asserts no limit.
/// </summary>
[Explicit("a benchmark; run it by eng/bench-storage memory")]
[Category("Benchmark")]
[NonParallelizable]
internal sealed class LargeAsset
{
    private const long Length = 2L << 30;
    private const string Address = "/large";

    private static readonly AssetKey s_key = AssetKey.Parse("videos/bench/final/large.mp4");

    [Test]
    public async Task StoreAndServe()
    {
        await using var bucket = await S3TestServer.CreateBucketAsync();
        using var root = new TempDirectory();
        using var service = new ApiFactory(root.FullPath, [.. BucketSettings.Of(bucket).Select(setting => (setting.Key, setting.Value!))]);
        await using var api = service.WithWebHostBuilder(host => host.ConfigureServices(services => services.AddSingleton<IStartupFilter, LargeAssetRoute>()));
        api.UseKestrel(0);
        using var client = api.CreateClient();
        var address = api.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var content = PatternStream.Content(Length);
        var alone = await PeakOfServiceAloneAsync(bucket);
        var before = PeakMegabytes();

        var started = Stopwatch.GetTimestamp();
        var outcome = await Task.Run(() => api.Services.GetRequiredService<IAssetStore>().SaveAsync(s_key, content, CancellationToken.None));
        var stored = Stopwatch.GetElapsedTime(started);
        var afterStoring = PeakMegabytes();

        started = Stopwatch.GetTimestamp();
        var hash = await HashByCurlAsync(address + Address);
        var served = Stopwatch.GetElapsedTime(started);

        Assert.That(outcome, Is.EqualTo(SaveOutcome.Stored));
        Assert.That(hash, Is.EqualTo(content.Sha256.ToString()));
        TestContext.Progress.WriteLine(string.Create(
            null,
            $"peak memory: the service alone, after one upload, {alone} MiB; with the test framework {before} MiB before, {afterStoring} MiB after storing {Length} bytes in {stored.TotalSeconds:0.0} s, {PeakMegabytes()} MiB after serving them to curl in {served.TotalSeconds:0.0} s; {(GCSettings.IsServerGC ? "server" : "workstation")} garbage collector"));
    }

    private static async Task<long> PeakOfServiceAloneAsync(S3TestBucket bucket)
    {
        using var root = new TempDirectory();
        using var alone = ApiProcess.Start(root.FullPath, [.. BucketSettings.Of(bucket).Select(setting => (setting.Key, setting.Value!))]);
        using var client = await alone.ConnectAsync();
        await client.UploadedIdAsync(TestImages.NoisePng);
        return alone.PeakMemory >> 20;
    }

    /// <summary>VmHWM: the most memory that was resident at one time since the process started.</summary>
    private static int PeakMegabytes() => int.Parse(
        File.ReadLines("/proc/self/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
        CultureInfo.InvariantCulture) / 1024;

    // In processes of their own, whose memory is theirs; and a client that is slower than the server, so that what the server would hoard shows.
    private static async Task<string> HashByCurlAsync(string address)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", $"set -o pipefail; curl -sf '{address}' | sha256sum"]) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, output);
        return output.Split(' ')[0];
    }

    private sealed class LargeAssetRoute(IAssetStore store) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Map(Address, route => route.Run(ServeAsync));
            next(app);
        };

        private async Task ServeAsync(HttpContext context)
        {
            var metadata = await store.FindAsync(s_key, context.RequestAborted) ?? throw new InvalidOperationException("It was not stored.");
            var asset = new SignedAsset(metadata, metadata.LastModified.AddDays(1), (range, token) => store.OpenReadAsync(s_key, range, token));
            await new AssetResult(asset).ExecuteResultAsync(new ActionContext { HttpContext = context, RouteData = new RouteData() });
        }
    }
}
