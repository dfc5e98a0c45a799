using System.Runtime.InteropServices;
using CharacterRefs.Api.Configuration;
using CharacterRefs.Application.Generations.Run;

namespace CharacterRefs.Api.Startup;

/// <summary>
/// Stops the service on a signal. After SIGTERM it is not ready and serves for <c>SHUTDOWN_DELAY</c> more seconds (<see cref="Drain"/>), so that a load
/// balancer sends requests elsewhere before connections are refused. SIGINT (Ctrl+C), SIGQUIT and a second signal stop it at once.
/// </summary>
internal sealed partial class SignalLifetime(
    ApiOptions options, ServiceStop stop, Drain drain, IHostApplicationLifetime lifetime, ILogger<SignalLifetime> logger) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _signals = [];

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT])
        {
            _signals.Add(PosixSignalRegistration.Create(signal, Handle));
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _signals.ForEach(signal => signal.Dispose());

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true; // the process ends when the stop is complete
        var isFirst = stop.Begin();
        if (isFirst && context.Signal is PosixSignal.SIGTERM && options.ShutdownDelay > TimeSpan.Zero)
        {
            LogDraining(logger, options.ShutdownDelay.TotalSeconds);
            _ = drain.RunAsync();
        }
        else
        {
            lifetime.StopApplication();
        }
    }

    [LoggerMessage(314, LogLevel.Information, "Received SIGTERM: the service is no longer ready, and serves for {Seconds} s more (SHUTDOWN_DELAY)")]
    private static partial void LogDraining(ILogger logger, double seconds);
}
