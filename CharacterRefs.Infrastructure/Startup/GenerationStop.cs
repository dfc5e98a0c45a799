using CharacterRefs.Application.Generations.Run;
using Microsoft.Extensions.Hosting;

namespace CharacterRefs.Infrastructure.Startup;

/// <summary>
/// Begins the stop of generations with that of the service. The web server is stopped before the workers, and a slow client may take all the time that there
/// is: meanwhile something would be paid for, and afterwards no time was left to wait for images that are being stored.
/// </summary>
/// <param name="runner">Of this process.</param>
/// <param name="lifetime">Of the host; <c>null</c> without one, where the worker begins the stop.</param>
internal sealed class GenerationStop(GenerationRunner runner, IHostApplicationLifetime? lifetime = null) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime?.ApplicationStopping.Register(runner.BeginStop);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
