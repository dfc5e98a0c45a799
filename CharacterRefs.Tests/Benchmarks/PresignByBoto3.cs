using System.Diagnostics;
using System.Globalization;

namespace CharacterRefs.Tests.Benchmarks;

/// <summary>boto3 in a process of its own, which signs a number of URLs per request and measures itself.</summary>
internal sealed class PresignByBoto3 : IDisposable
{
    private const string Program = """
        import sys, time, boto3
        from botocore.config import Config
        endpoint, region, access_key, secret, bucket, key = sys.argv[1:]
        client = boto3.client("s3", endpoint_url=endpoint, region_name=region, aws_access_key_id=access_key, aws_secret_access_key=secret,
                              config=Config(signature_version="s3v4", s3={"addressing_style": "path"}))
        for line in sys.stdin:
            started = time.perf_counter()
            for _ in range(int(line)):
                url = client.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key}, ExpiresIn=3600)
            print(time.perf_counter() - started, url, flush=True)
        """;

    private readonly Process _process;

    public PresignByBoto3(params string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/bin/python3", ["-c", Program, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        _process = Process.Start(start)!;
    }

    public (TimeSpan Time, string Url) Sign(int urls)
    {
        _process.StandardInput.WriteLine(urls);
        var line = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("python3 with boto3 (package python3-boto3) did not respond.");
        var parts = line.Split(' ');
        return (TimeSpan.FromSeconds(double.Parse(parts[0], CultureInfo.InvariantCulture)), parts[1]);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
