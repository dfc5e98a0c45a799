using CharacterRefs.Application.Generations;
using Microsoft.Extensions.Hosting;

namespace CharacterRefs.Infrastructure.Startup;

/// <summary>Begins the series of paid losses of every model that a request can name, after the exporters, which start first.</summary>
internal sealed class PaidLossSeries(GenerationMeter meter, GenerationSettings settings) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        meter.Begin(settings.AllowedModels);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
