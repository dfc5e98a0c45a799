using System.Reflection;
using CharacterRefs.Application.Configuration;
using CharacterRefs.Application.Generations;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Api.Operation;

/// <summary>The current configuration.</summary>
[ApiController]
[Route("api/mv/config")]
[Produces("application/json")]
[Tags("Operation")]
public sealed class ConfigController : ControllerBase
{
    /// <summary>Returns the current configuration; secrets only as set or unset.</summary>
    /// <remarks>The configuration is read at startup and does not change while the service runs.</remarks>
    [HttpGet("debug")]
    [ProducesResponseType<ConfigurationReport>(StatusCodes.Status200OK)]
    public ActionResult<ConfigurationReport> GetConfiguration(
        [FromServices] Settings settings,
        [FromServices] StorageSettings storage,
        [FromServices] GenerationSettings generation,
        [FromServices] GeneratorChoice generator,
        [FromServices] IHostEnvironment environment) => new ConfigurationReport
        {
            ServeFromCloud = storage.ServeFromCloud,
            StorageBackend = storage.Backend,
            StorageBucket = storage.Bucket,
            PresignedUrlExpiry = (int)storage.PresignedUrlExpiry.TotalSeconds,
            CloudServingEnabled = storage.ServeFromCloud,
            ImageGenerator = generator.Name,
            AllowedModels = generation.AllowedModels,
            Flavors = [.. generation.Flavors.Keys.Order(StringComparer.Ordinal)],
            Environment = environment.EnvironmentName,
            Version = typeof(ConfigController).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown",
            Settings = settings.Declared.ToDictionary(setting => setting.Name, setting => setting.Value),
        };
}
