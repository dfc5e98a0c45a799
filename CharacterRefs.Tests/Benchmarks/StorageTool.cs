using System.Diagnostics;
using CharacterRefs.Infrastructure.Storage.S3.Connection;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Benchmarks;

/// <summary>A program that copies files from and to a bucket: the AWS CLI or rclone as Debian packs them, set up by variables alone.</summary>
internal sealed class StorageTool(S3StoreOptions options)
{
    private const string Aws = "/usr/bin/aws";
    private const string Rclone = "/usr/bin/rclone";

    // As many as our worker; rclone's own default is 4.
    private static readonly string[] s_transfers = ["--transfers", "8"];

    public string RcloneFlags => string.Join(' ', s_transfers);

    public Task<TimeSpan> AwsCopyAsync(string from, string to) =>
        RunAsync(Aws, ["s3", "cp", "--recursive", "--only-show-errors", "--endpoint-url", options.Endpoint!.AbsoluteUri, from, to]);

    public Task<TimeSpan> RcloneCopyAsync(string from, string to) => RunAsync(Rclone, ["copy", .. s_transfers, from, to]);

    /// <summary>The bucket, or what is under a prefix in it, as the AWS CLI writes it.</summary>
    public string AwsPath(string prefix) => $"s3://{options.Bucket}/{prefix}";

    /// <summary>The same as rclone writes it.</summary>
    public string RclonePath(string prefix) => $"bench:{options.Bucket}/{prefix}";

    private async Task<TimeSpan> RunAsync(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments);
        foreach (var name in start.Environment.Keys.Where(
            name => name.StartsWith("AWS_", StringComparison.Ordinal) || name.StartsWith("RCLONE_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in Variables())
        {
            start.Environment[name] = value;
        }

        var started = Stopwatch.GetTimestamp();
        await CommandLine.RunAsync(start);
        return Stopwatch.GetElapsedTime(started);
    }

    private (string Name, string Value)[] Variables() =>
    [
        ("AWS_ACCESS_KEY_ID", options.AccessKeyId!.Reveal()),
        ("AWS_SECRET_ACCESS_KEY", options.SecretAccessKey!.Reveal()),
        ("AWS_DEFAULT_REGION", options.Region),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_CONFIG_FILE", "/dev/null"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
        ("RCLONE_CONFIG", ""),
        ("RCLONE_CONFIG_BENCH_TYPE", "s3"),
        ("RCLONE_CONFIG_BENCH_PROVIDER", "Ceph"),
        ("RCLONE_CONFIG_BENCH_ENV_AUTH", "true"),
        ("RCLONE_CONFIG_BENCH_ENDPOINT", options.Endpoint!.AbsoluteUri),
    ];
}
