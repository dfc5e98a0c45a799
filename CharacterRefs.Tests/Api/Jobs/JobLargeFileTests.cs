using System.Diagnostics;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Api.Jobs;

/// <summary>
/// A video of 1.5 GB goes to the store and comes back, through a process whose memory stays flat. Other tests may run
/// meanwhile: the memory is that of the process.
/// </summary>
[TestFixture(false)]
[TestFixture(true)]
[Category("Integration")]
internal sealed class JobLargeFileTests(bool hasBucket)
{
    private const long Length = 1_500_000_000;
    private const long MostMemory = 300_000_000;

    [Test]
    public async Task Job_WhenAVideoIsLarge_IsPersistedAndRestoredInLittleMemory()
    {
        await using var scene = await JobScene.SetUpAsync(hasBucket);
        await using (var file = new FileStream(scene.Write("final/movie.mp4", []), FileMode.Open))
        {
            file.SetLength(Length);
            file.Seek(-3, SeekOrigin.End);
            file.Write("end"u8);
        }

        using var api = scene.StartProcess();
        using var client = await api.ConnectAsync();
        client.Timeout = TimeSpan.FromMinutes(15);

        var started = Stopwatch.GetTimestamp();
        var persisted = await JobScene.DoAsync(client, "assets/persist");
        var stored = Stopwatch.GetElapsedTime(started);
        var restored = await JobScene.DoAsync(client, "assets/download", new { local_base_path = "again" });
        TestContext.Out.WriteLine(
            $"stored in {stored.TotalSeconds:F1} s, both in {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s, peak {api.PeakMemory >> 20} MB");

        Assert.That((JobScene.Names(persisted, "failed"), JobScene.Names(restored, "failed")), Is.EqualTo((Array.Empty<string>(), Array.Empty<string>())));
        Assert.That(JobScene.Names(restored, "downloaded"), Is.EqualTo(["final/movie.mp4"]));
        Assert.That(new FileInfo(Path.Join(scene.JobsRoot, "again/final/movie.mp4")).Length, Is.EqualTo(Length));
        Assert.That(api.PeakMemory, Is.LessThan(MostMemory));
    }
}
