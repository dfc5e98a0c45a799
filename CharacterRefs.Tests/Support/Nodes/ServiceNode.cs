using System.Collections.Concurrent;
using System.Globalization;

namespace CharacterRefs.Tests.Support.Nodes;

/// <summary>One of several services on a catalog: a process, started again and again on the same port and directory.</summary>
internal sealed class ServiceNode(string name, (string Name, string Value)[] settings) : IDisposable
{
    private readonly TempDirectory _root = new();
    private readonly ConcurrentQueue<ApiProcess> _runs = [];

    public string Name => name;

    public int Port { get; } = LoopbackPort.Free();

    public string Root => _root.FullPath;

    /// <summary>What all its processes logged so far.</summary>
    public string Log => string.Join('\n', _runs.Select(run => run.Log));

    /// <summary>Processor time that its current process has used so far.</summary>
    public TimeSpan ProcessorTime => Current.ProcessorTime;

    private ApiProcess Current => _runs.Last();

    public void Start() => _runs.Enqueue(ApiProcess.Start(
        Root, [.. settings, ("API_PORT", Port.ToString(CultureInfo.InvariantCulture)), ("DATA_ROOT", $"{Root}/data"), ("JOBS_ROOT", $"{Root}/jobs")]));

    /// <summary>Waits until it is ready, and throws when it ends instead.</summary>
    public async Task UntilReadyAsync()
    {
        using var client = await Current.ConnectAsync(new Uri($"http://127.0.0.1:{Port}"));
    }

    /// <summary>SIGKILL: it gets no chance to tidy up.</summary>
    public Task KillAsync() => Current.KillAsync();

    public void Dispose()
    {
        foreach (var run in _runs)
        {
            run.Dispose();
        }

        _root.Dispose();
    }
}
