namespace CharacterRefs.Tests.Benchmarks;

/// <summary>
/// Images into a bucket and back, by us, the AWS CLI and rclone, in turns, so that all meet the same noise. Run it by <c>eng/bench-storage</c>; it measures
/// and asserts no time.
/// </summary>
[Explicit("a benchmark; run it by eng/bench-storage store, or read")]
[Category("Benchmark")]
[NonParallelizable]
internal sealed class BucketTransfers
{
    private const int Images = 200;
    private const int Length = 1_500_000;
    private const string Ours = "character_references";

    // The service runs for weeks; a hundred images are not enough for the JIT to come to its end, and it takes its time from the measured.
    private const int WarmUpRounds = 4;

    private static readonly int s_rounds = int.Parse(Environment.GetEnvironmentVariable("ROUNDS") ?? "5", null);

    private readonly List<TimeSpan> _ours = [];
    private readonly List<TimeSpan> _aws = [];
    private readonly List<TimeSpan> _rclone = [];

    [Test]
    public async Task Store()
    {
        await using var images = await BenchmarkImages.MakeAsync(Images, Length);
        for (var round = 0; round < WarmUpRounds; round++)
        {
            await images.StoreByWorkerAsync();
            await images.ClearAsync();
        }

        for (var round = -1; round < s_rounds; round++)
        {
            var times = (
                await images.StoreByWorkerAsync(),
                await images.Tool.AwsCopyAsync(images.Files, images.Tool.AwsPath("aws/")),
                await images.Tool.RcloneCopyAsync(images.Files, images.Tool.RclonePath("rclone/")));
            Note(round, times);
            await images.ClearAsync();
        }

        var one = images.NewDirectory("one");
        await File.WriteAllBytesAsync(Path.Join(one, "byte"), [1]);
        var awsStart = await images.Tool.AwsCopyAsync(one, images.Tool.AwsPath("one/"));
        var rcloneStart = await images.Tool.RcloneCopyAsync(one, images.Tool.RclonePath("two/"));
        Print(images, "stored and verified", awsStart, rcloneStart);
    }

    [Test]
    public async Task Read()
    {
        await using var images = await BenchmarkImages.MakeAsync(Images, Length);
        await images.StoreByWorkerAsync();
        for (var round = 0; round < WarmUpRounds; round++)
        {
            await images.ReadAsync(images.NewDirectory("ours"));
        }

        for (var round = -1; round < s_rounds; round++)
        {
            var times = (
                await images.ReadAsync(images.NewDirectory("ours")),
                await images.Tool.AwsCopyAsync(images.Tool.AwsPath(Ours), images.NewDirectory("aws")),
                await images.Tool.RcloneCopyAsync(images.Tool.RclonePath(Ours), images.NewDirectory("rclone")));
            Note(round, times);
        }

        var awsStart = await images.Tool.AwsCopyAsync(images.Tool.AwsPath("nothing/"), images.NewDirectory("aws"));
        var rcloneStart = await images.Tool.RcloneCopyAsync(images.Tool.RclonePath("nothing/"), images.NewDirectory("rclone"));
        Print(images, "read, hashed and written", awsStart, rcloneStart);
    }

    private void Note(int round, (TimeSpan Ours, TimeSpan Aws, TimeSpan Rclone) times)
    {
        if (round < 0)
        {
            return; // the turn of the file system's caches
        }

        _ours.Add(times.Ours);
        _aws.Add(times.Aws);
        _rclone.Add(times.Rclone);
        TestContext.Progress.WriteLine(string.Create(
            null,
            $"round {round + 1}  ours {times.Ours.TotalSeconds:0.00} s  aws s3 cp {times.Aws.TotalSeconds:0.00} s  rclone {times.Rclone.TotalSeconds:0.00} s"));
    }

    private void Print(BenchmarkImages images, string what, TimeSpan awsStart, TimeSpan rcloneStart)
    {
        TestContext.Progress.WriteLine(string.Create(
            null,
            $"{Images} images of {Length} bytes {what}, {s_rounds} rounds, medians: ours, {images.Concurrency} at once, " +
            $"{Medians.Seconds(_ours):0.00} s, aws s3 cp --recursive {Medians.Seconds(_aws):0.00} s, rclone copy {images.Tool.RcloneFlags} " +
            $"{Medians.Seconds(_rclone):0.00} s"));
        TestContext.Progress.WriteLine(string.Create(
            null,
            $"medians of the rounds' ratios: aws / ours {Medians.Ratio(_aws, _ours):0.00}, rclone / ours {Medians.Ratio(_rclone, _ours):0.00}; " +
            $"without their start and end of {awsStart.TotalSeconds:0.00} s and {rcloneStart.TotalSeconds:0.00} s: " +
            $"{Medians.Ratio(_aws, _ours, awsStart):0.00} and {Medians.Ratio(_rclone, _ours, rcloneStart):0.00}"));
    }
}
