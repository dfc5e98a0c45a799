using CharacterRefs.Application.Generations;
using Microsoft.Extensions.Hosting;

namespace CharacterRefs.Infrastructure.Startup;

/// <summary>Begins the series of ended slots and paid losses of every model that a request can name, after the exporters, which start first.</summary>
internal sealed class GenerationSeries(GenerationMeter meter, GenerationSettings settings) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        meter.Begin(settings.AllowedModels);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
