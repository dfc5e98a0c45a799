using CharacterRefs.Infrastructure.Files;
using CharacterRefs.Infrastructure.Hosting;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>Removes partial outputs whose generation never came back for them, at the start and every hour.</summary>
internal sealed class PartialSweep(PartialOutputStore partials, TimeProvider clock, ILogger<PartialSweep> logger) : Worker
{
    protected override async Task WorkAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (partials.Sweep() is > 0 and var swept)
                {
                    logger.PartialsSwept(swept);
                }
            }
            catch (Exception error) when (DiskFault.Is(error))
            {
                logger.SweepFailed(error.Message);
            }

            await Task.Delay(ReplicateOptions.OutputLife, clock, stoppingToken);
        }
    }
}
