using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace CharacterRefs.Tests.Support;

/// <summary>The service as a process of its own, for what only a process can show: how it starts, stops and dies.</summary>
internal sealed partial class ApiProcess : IDisposable
{
    /// <summary>The service: of the build that the tests belong to, or in the directory that <c>API_BUILD</c> names.</summary>
    public static readonly string Program = Path.Combine(
        Environment.GetEnvironmentVariable("API_BUILD") ?? AppContext.BaseDirectory, "CharacterRefs.Api.dll");

    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(3); // a start takes most of a minute on a machine that is busy

    private readonly Process _process;
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ApiProcess(Process process) => _process = process;

    /// <summary>Starts it in a working directory, in Production with placeholders on a free port unless the settings say otherwise.</summary>
    public static ApiProcess Start(string workingDirectory, params (string Name, string Value)[] settings) => Start(workingDirectory, [], settings);

    /// <summary>Starts it with arguments.</summary>
    public static ApiProcess Start(string workingDirectory, string[] arguments, params (string Name, string Value)[] settings) =>
        Run(workingDirectory, ["dotnet", Program, .. arguments], settings);

    /// <summary>Starts it as a user without the right to listen on ports below 1024, also when the tests run as root.</summary>
    public static ApiProcess StartWithoutRights(string workingDirectory, params (string Name, string Value)[] settings) =>
        Run(
            workingDirectory,
            [.. Environment.IsPrivilegedProcess ? (string[])["setpriv", "--bounding-set=-net_bind_service"] : [], "dotnet", Program],
            settings);

    /// <summary>Starts it with a terminal as its output.</summary>
    public static ApiProcess StartOnTerminal(string workingDirectory, string[] arguments, params (string Name, string Value)[] settings) =>
        Run(workingDirectory, ["script", "--quiet", "--return", "--command", $"dotnet {Program} {string.Join(' ', arguments)}", "/dev/null"], settings);

    /// <summary>Starts the build in another directory.</summary>
    public static ApiProcess StartOf(string buildDirectory, string workingDirectory, params (string Name, string Value)[] settings) =>
        Run(workingDirectory, ["dotnet", Path.Combine(buildDirectory, "CharacterRefs.Api.dll")], settings);

    private static ApiProcess Run(string workingDirectory, string[] command, (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in (IEnumerable<(string, string)>)[
            ("ASPNETCORE_ENVIRONMENT", "Production"), ("API_PORT", "0"), ("API_HOST", "127.0.0.1"), .. settings])
        {
            start.Environment[name] = value;
        }

        var api = new ApiProcess(new Process { StartInfo = start });
        api._process.OutputDataReceived += (_, line) => api.Read(line.Data);
        api._process.ErrorDataReceived += (_, line) => api.Output.Enqueue(line.Data ?? "");
        api._process.Start();
        api._process.BeginOutputReadLine();
        api._process.BeginErrorReadLine();
        return api;
    }

    public System.Collections.Concurrent.ConcurrentQueue<string> Output { get; } = new();

    /// <summary>Processor time it has used so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>The most memory that it has had at one time so far, in bytes.</summary>
    public long PeakMemory
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64;
        }
    }

    /// <summary>The memory that it has now, in bytes, and its threads.</summary>
    public (long Memory, int Threads) Usage
    {
        get
        {
            _process.Refresh();
            return (_process.WorkingSet64, _process.Threads.Count);
        }
    }

    public string Log => string.Join('\n', Output);

    /// <summary>Waits until it says where it listens.</summary>
    public async Task<HttpClient> ConnectAsync() => new(new SocketsHttpHandler()) { BaseAddress = await _address.Task.WaitAsync(s_timeout) };

    /// <summary>Waits until it is ready at an address known beforehand, when its log level hides the address.</summary>
    public async Task<HttpClient> ConnectAsync(Uri address)
    {
        var client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = address };
        await Condition.UntilAsync(
            () => _process.HasExited ? throw new InvalidOperationException($"The service ended. It says:\n{Log}") : IsReadyAsync(client),
            s_timeout,
            () => $"The service says:\n{Log}");

        return client;
    }

    /// <summary>Waits for its own end.</summary>
    public async Task<int> ExitCodeAsync()
    {
        using var timeout = new CancellationTokenSource(s_timeout);
        await _process.WaitForExitAsync(timeout.Token);
        return _process.ExitCode;
    }

    /// <summary>SIGKILL: it gets no chance to tidy up.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM: an orderly stop.</summary>
    public async Task<int> StopAsync()
    {
        await TerminateAsync();
        return await ExitCodeAsync();
    }

    /// <summary>SIGTERM, without waiting for its end.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static async Task<bool> IsReadyAsync(HttpClient client)
    {
        try
        {
            return (await client.GetAsync("/health/ready")).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // not listening yet
        }
    }

    private void Read(string? line)
    {
        Output.Enqueue(line ?? "");
        if (line is not null && SwaggerAddress().Match(line) is { Success: true } match)
        {
            _address.TrySetResult(new Uri(match.Groups[1].Value));
        }
    }

    [GeneratedRegex(@"Swagger UI: (http://\S+)/swagger")]
    private static partial Regex SwaggerAddress();
}
