using System.Diagnostics;
using System.Globalization;

namespace CharacterRefs.Tests.Support.S3;

/// <summary>
/// A gateway to the S3 server that <c>eng/start-s3</c> started: a real server process that a test may stop, kill and restart without affecting other tests.
/// </summary>
internal sealed class S3TestGateway : IAsyncDisposable
{
    private static readonly TimeSpan s_stopTimeout = TimeSpan.FromSeconds(10);

    private readonly TempDirectory _directory = new();
    private readonly string? _clock;
    private Process? _process;

    private S3TestGateway(bool hasOwnClock)
    {
        Address = new Uri($"http://127.0.0.1:{LoopbackPort.Free()}");
        _clock = hasOwnClock ? _directory.Write("clock", "+0"u8.ToArray()) : null;
    }

    public Uri Address { get; }

    /// <summary>
    /// Starts one. Where the server was not started by <c>eng/start-s3</c>, the test is ignored, or fails where <c>S3_TEST_REQUIRED</c> is <c>1</c>.
    /// </summary>
    public static async Task<S3TestGateway> StartAsync(bool hasOwnClock = false)
    {
        var gateway = new S3TestGateway(hasOwnClock);
        await gateway.StartAgainAsync();
        return gateway;
    }

    /// <summary>Starts it on the same port and waits until it responds.</summary>
    public async Task StartAgainAsync()
    {
        var start = new ProcessStartInfo(
            RepositoryFiles.PathOf("eng/start-s3"),
            [
                "gateway",
                "--dir",
                S3TestServer.Directory,
                "--port",
                Address.Port.ToString(CultureInfo.InvariantCulture),
                .. _clock is null ? Array.Empty<string>() : ["--clock", _clock],
            ])
        {
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, _) => { }; // a full pipe would stop it
        _process.BeginErrorReadLine();
        using var http = new HttpMessageInvoker(new SocketsHttpHandler());
        await Condition.UntilAsync(() =>
        {
            Assert.That(_process.HasExited, Is.False, "the gateway ended by itself");
            return RespondsAsync(http);
        });
    }

    /// <summary>Shifts its clock while it runs: <c>+16m</c>, <c>+0</c>.</summary>
    public void SetClock(string offset) => File.WriteAllText(_clock!, offset);

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM: an orderly stop. It closes its connections at once; sometimes it hangs afterwards, and is killed.</summary>
    public async Task StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        using var timeout = new CancellationTokenSource(s_stopTimeout);
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await KillAsync();
        }

        _process?.Dispose();
        _directory.Dispose();
    }

    private async Task<bool> RespondsAsync(HttpMessageInvoker http)
    {
        try
        {
            using var response = await http.SendAsync(new HttpRequestMessage(HttpMethod.Get, Address), CancellationToken.None);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // not listening yet
        }
    }
}
